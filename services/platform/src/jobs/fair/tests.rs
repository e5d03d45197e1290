use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const QUANTUM: Duration = Duration::from_millis(10);

fn tenant(number: usize) -> TenantId {
    TenantId(Uuid::from_u128(number as u128))
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn queue(weight: u32, costs: impl IntoIterator<Item = u64>) -> Queue<u64> {
    let jobs = costs.into_iter().map(|cost| Candidate { job: cost, cost: ms(cost) }).collect();
    Queue { weight, in_flight: 0, cap: None, jobs }
}

/// Service in milliseconds that each tenant got.
fn served(picked: &[(TenantId, u64)]) -> BTreeMap<TenantId, u64> {
    let mut sums = BTreeMap::new();
    for (tenant, cost) in picked {
        *sums.entry(*tenant).or_default() += cost;
    }
    sums
}

proptest! {
    #[test]
    fn shares_of_service_time_follow_the_weights(
        weights in prop::collection::vec(1u32..8, 2..6),
        costs in prop::collection::vec(1u64..400, 64),
        places in prop::collection::vec(1usize..9, 30..90),
    ) {
        let mut queues: BTreeMap<_, _> = weights
            .iter()
            .enumerate()
            .map(|(i, &weight)| {
                // Enough jobs of its own pattern that nobody ever runs dry.
                (tenant(i), queue(weight, costs.iter().cycle().skip(i * 7).copied().take(900)))
            })
            .collect();
        let mut fair = Fair::new(QUANTUM);
        let mut sums = BTreeMap::new();
        for places in places {
            let picked = fair.pick(&mut queues, places);
            prop_assert_eq!(picked.len(), places);
            for (tenant, cost) in served(&picked) {
                *sums.entry(tenant).or_insert(0) += cost;
            }
            // Deficit round robin: after any prefix two tenants differ by one turn and one job each at most.
            for (i, &wi) in weights.iter().enumerate() {
                for (j, &wj) in weights.iter().enumerate() {
                    let (wi, wj) = (u64::from(wi), u64::from(wj));
                    let si = sums.get(&tenant(i)).copied().unwrap_or(0) * wj;
                    let sj = sums.get(&tenant(j)).copied().unwrap_or(0) * wi;
                    prop_assert!(si.abs_diff(sj) <= wi * wj * 10 + 400 * (wi + wj), "{si} {sj}");
                }
            }
        }
    }

    #[test]
    fn no_place_stays_empty_while_anybody_below_its_cap_has_work(
        tenants in prop::collection::vec((0u32..5, 0usize..4, prop::option::of(0usize..6), prop::collection::vec(0u64..5000, 0..8)), 1..8),
        places in 0usize..30,
    ) {
        let mut queues = BTreeMap::new();
        let mut takeable = 0;
        for (i, (weight, in_flight, cap, costs)) in tenants.into_iter().enumerate() {
            takeable += cap.map_or(costs.len(), |cap: usize| costs.len().min(cap.saturating_sub(in_flight)));
            queues.insert(tenant(i), Queue { in_flight, cap, ..queue(weight, costs) });
        }
        let picked = Fair::new(QUANTUM).pick(&mut queues, places);
        prop_assert_eq!(picked.len(), places.min(takeable));
        for queue in queues.values() {
            prop_assert!(queue.cap.is_none_or(|cap| queue.in_flight <= cap.max(3)));
        }
    }

    #[test]
    fn wrong_estimates_are_made_good_by_the_true_run_times(
        actual in prop::collection::vec(1u64..3000, 2..5),
        rounds in 50usize..200,
    ) {
        let mut fair = Fair::new(QUANTUM);
        let mut sums = vec![0u64; actual.len()];
        for _ in 0..rounds {
            let mut queues: BTreeMap<_, _> =
                (0..actual.len()).map(|i| (tenant(i), Queue { weight: 1, in_flight: 0, cap: None,
                    jobs: VecDeque::from([Candidate { job: i, cost: ms(100) }]) })).collect();
            for (who, i) in fair.pick(&mut queues, 1) {
                fair.settle(who, ms(100), ms(actual[i]));
                sums[i] += actual[i];
            }
        }
        for a in &sums {
            for b in &sums {
                prop_assert!(a.abs_diff(*b) <= 10 + 2 * 3000 + 100, "{sums:?}");
            }
        }
    }
}

#[test]
fn a_newcomer_does_not_wait_behind_another_tenants_thousand_jobs() {
    let mut fair = Fair::new(QUANTUM);
    let mut queues = BTreeMap::from([(tenant(1), queue(1, vec![200; 1000]))]);
    fair.pick(&mut queues, 100);
    queues.insert(tenant(2), queue(1, [200]));
    let next = fair.pick(&mut queues, 3);
    assert!(next.iter().any(|(who, _)| *who == tenant(2)), "{next:?}");
}

#[test]
fn idleness_is_not_saved_up() {
    let mut fair = Fair::new(QUANTUM);
    let mut queues = BTreeMap::from([(tenant(1), queue(1, vec![10; 500])), (tenant(2), queue(1, [10]))]);
    fair.pick(&mut queues, 400);
    queues.insert(tenant(2), queue(1, vec![10; 100]));
    let burst = served(&fair.pick(&mut queues, 20));
    assert_eq!(burst[&tenant(1)].abs_diff(burst[&tenant(2)]), 0, "{burst:?}");
}

#[test]
fn leaving_the_ring_does_not_wipe_out_a_debt_but_turns_pay_it_off() {
    let mut fair = Fair::new(QUANTUM);
    let mut queues = BTreeMap::from([(tenant(1), queue(1, [10])), (tenant(2), queue(1, vec![10; 1000]))]);
    fair.pick(&mut queues, 2);
    fair.settle(tenant(1), ms(10), ms(510));
    // It comes back at once: the other one is served first for about what it owes.
    queues.insert(tenant(1), queue(1, vec![10; 100]));
    let first = served(&fair.pick(&mut queues, 40));
    assert_eq!(first.get(&tenant(1)), None);
    let then = served(&fair.pick(&mut queues, 40));
    assert!(then[&tenant(1)] >= 100, "{then:?}");
    // Much later nothing is owed any more.
    fair.settle(tenant(1), ms(10), ms(310));
    queues.insert(tenant(1), queue(1, []));
    fair.pick(&mut queues, 200);
    queues.insert(tenant(1), queue(1, vec![10; 100]));
    let later = served(&fair.pick(&mut queues, 20));
    assert!(later[&tenant(1)] >= 90, "{later:?}");
}

#[test]
fn what_was_charged_too_much_comes_back_without_a_burst() {
    let mut fair = Fair::new(QUANTUM);
    // Nobody knows the kind yet: each job is charged a second, and takes ten milliseconds.
    let mut queues =
        BTreeMap::from([(tenant(1), queue(1, vec![1000; 4])), (tenant(2), queue(1, vec![1000; 4]))]);
    for (who, _) in fair.pick(&mut queues, 4) {
        fair.settle(who, ms(1000), ms(10));
    }
    queues = BTreeMap::from([(tenant(1), queue(1, vec![10; 500])), (tenant(2), queue(1, vec![10; 500]))]);
    for _ in 0..40 {
        let few = served(&fair.pick(&mut queues, 12));
        assert!(few.values().all(|service| *service >= 30), "{few:?}");
    }
    // One tenant alone was charged too much: it catches up at twice the pace.
    let mut fair = Fair::new(QUANTUM);
    fair.pick(&mut queues, 2);
    fair.settle(tenant(1), ms(1000), ms(10));
    let few = served(&fair.pick(&mut queues, 12));
    assert_eq!((few[&tenant(1)], few[&tenant(2)]), (80, 40));
}

#[test]
fn a_job_of_hours_is_reached_without_walking_every_turn() {
    let mut fair = Fair::new(Duration::from_micros(1));
    let mut queues =
        BTreeMap::from([(tenant(1), queue(1, [86_400_000])), (tenant(2), queue(7, [86_400_000]))]);
    assert_eq!(fair.pick(&mut queues, 2).len(), 2);
}
