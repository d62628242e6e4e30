//! The parts that workflows are made of.

use super::*;

/// How deep blocks lie in one another.
const DEPTH_MAX: u32 = 2;
/// Branches of a fan, items of a split.
const FAN_MAX: u64 = 3;
const SPLIT_MAX: u64 = 4;
/// Rounds of a loop.
const ROUNDS_MAX: u32 = 4;
/// Of how many items a crowd is made, at most.
const CROWDED_MAX: u64 = 8;

/// What of the items goes down each branch.
#[derive(Clone, Copy)]
enum Share {
    Copies,
    /// Each item goes down one of them.
    OneWay,
}

impl Draft<'_> {
    /// A row of blocks.
    pub(super) fn blocks(&mut self, ends: Ends, place: Place, n: usize) -> (Ends, bool) {
        let (mut ends, mut once) = (ends, place.once);
        for _ in 0..n {
            (ends, once) = self.block(ends, Place { once, ..place });
        }
        (ends, once)
    }

    fn block(&mut self, ends: Ends, place: Place) -> (Ends, bool) {
        let deeper = place.depth < DEPTH_MAX && !place.in_loop;
        let linear = place.once && self.order != Order::Parallel;
        let ends = match self.rng.u8(0..26) {
            0..2 => self.set("Set", ends, &[]),
            2..4 => self.script(ends),
            4..9 => return self.effect(ends, place),
            9..11 => self.nap(ends),
            11 => self.short_wait(ends),
            12 if deeper => return self.branches(ends, place),
            13..15 if deeper && self.growth.times(FAN_MAX).is_bearable() => {
                return self.fan_out(ends, place);
            }
            15 if deeper => self.round_trips(ends, place),
            16 if deeper && place.once => self.looped(ends, place),
            17..20 => return self.call(ends, place),
            20 => self.agent(ends),
            21 if linear && !self.is_callee() => self.resume_by_call(ends),
            22 if !self.is_callee() && place.depth > 0 => self.stop(ends),
            23 if !place.in_loop && self.growth.items <= CROWDED_MAX => self.crowd(ends),
            24 => self.known(ends),
            _ => self.set("Set", ends, &[]),
        };
        (ends, place.once)
    }

    /// One item becomes several.
    pub(super) fn split(&mut self, ends: Ends) -> Ends {
        let n = self.rng.u64(2..=SPLIT_MAX);
        self.growth = self.growth.times(n);
        let code = format!(
            "return $input.all().flatMap((it, at) => [...Array({n}).keys()].map(k => \
             ({{ json: {{ ...it.json, value: k, trail: it.json.trail + '.' + k }}, pairedItem: at }})))"
        );
        self.code(ends, &code)
    }

    /// So many items that they leave memory; after a nap, as few as before.
    fn crowd(&mut self, ends: Ends) -> Ends {
        let many = "return $input.all().flatMap((it, at) => [...Array(700).keys()].map(k => \
                    ({ json: { ...it.json, k, trail: it.json.trail + ':' + k }, pairedItem: at })))";
        let crowd = self.code(ends, many);
        let crowd = self.set("Crowd", crowd, &[]);
        let crowd = self.nap(crowd);
        let few = "return $input.all().map((it, at) => [it, at]).filter(([it]) => it.json.k == 699).map(([it, at]) => \
                   ({ json: { ...it.json, k: 0 }, pairedItem: at }))";
        self.code(crowd, few)
    }

    fn script(&mut self, ends: Ends) -> Ends {
        let n = self.nodes.len();
        let code = format!(
            "return $input.all().map((it, at) => ({{ json: {{ ...it.json, value: (it.json.value || 0) * 3 % 7, \
             trail: it.json.trail + '/Code{n}' }}, pairedItem: at }}))"
        );
        self.code(ends, &code)
    }

    fn code(&mut self, ends: Ends, code: &str) -> Ends {
        let name = self.node("code.javascript", "Code", json!({"code": code}));
        self.wire(&ends, &name, 0);
        vec![(name, 0)]
    }

    fn care(&mut self, place: Place) -> Care {
        let in_doubt = match self.rng.u8(0..10) {
            0..6 => None,
            6..8 => Some(InDoubt::Ask),
            // Whoever retries a failed call calls anew, so it would be another effect.
            _ if self.is_callee() => Some(InDoubt::Retry),
            _ => Some(InDoubt::Fail),
        };
        let fails = if self.rng.u8(0..4) == 0 { self.rng.u32(1..3) } else { 0 };
        let retry = Retry { tries: fails + 1, wait_ms: 5, ..Retry::default() };
        let always = self.rng.u8(0..8) == 0 && !place.in_loop;
        Care {
            fails: if always { 99 } else { fails },
            retry: (fails > 0).then_some(retry),
            on_error: if always { OnError::ErrorOutput } else { OnError::Stop },
            in_doubt: if always { None } else { in_doubt },
        }
    }

    fn effect(&mut self, ends: Ends, place: Place) -> (Ends, bool) {
        let care = self.care(place);
        let n = self.nodes.len();
        let parameters = counted(&format!("Send{n}"), care.fails);
        let name = self.node("http.request", "Send", parameters);
        self.wire(&ends, &name, 0);
        let node = self.last();
        (node.retry, node.on_error, node.in_doubt) = (care.retry, care.on_error, care.in_doubt);
        if node.on_error == OnError::ErrorOutput {
            let failed = self.set("Failed", vec![(name.clone(), 1)], &[]);
            return (vec![(name, 0), failed[0].clone()], false);
        }
        (vec![(name, 0)], place.once)
    }

    fn nap(&mut self, ends: Ends) -> Ends {
        let ms = self.rng.u32(1..60);
        let name = self.node("test.nap", "Nap", json!({"ms": ms}));
        self.wire(&ends, &name, 0);
        vec![(name, 0)]
    }

    fn short_wait(&mut self, ends: Ends) -> Ends {
        let amount = f64::from(self.rng.u32(1..40)) / 1_000.0;
        let parameters = json!({"until": "interval", "amount": amount, "unit": "seconds"});
        let name = self.node("flow.wait", "Wait", parameters);
        self.wire(&ends, &name, 0);
        vec![(name, 0)]
    }

    fn agent(&mut self, ends: Ends) -> Ends {
        let name = self.node("test.agent", "Agent", json!({"url": "={{ $vars.world }}/effect"}));
        self.wire(&ends, &name, 0);
        vec![(name, 0)]
    }

    fn known(&mut self, ends: Ends) -> Ends {
        let name = self.node("test.known", "Known", json!({"url": "={{ $vars.world }}/effect"}));
        self.wire(&ends, &name, 0);
        vec![(name, 0)]
    }

    /// Waits until its address is called, and then goes on with what it had before.
    fn resume_by_call(&mut self, ends: Ends) -> Ends {
        let before = self.set("Before", ends, &[]);
        let parameters = json!({"until": "webhook", "methods": ["POST"], "respond": "atOnce"});
        let name = self.node("flow.wait", "Resume", parameters);
        self.wire(&before, &name, 0);
        let code = format!("return $('{}').all()", before[0].0);
        self.code(vec![(name, 0)], &code)
    }

    fn stop(&mut self, ends: Ends) -> Ends {
        let (unlucky, other) = self.fork(&ends, "value", 5);
        let parameters = json!({"message": "=stopped at {{ $json.trail }}"});
        let name = self.node("flow.stop", "Stop", parameters);
        self.wire(&unlucky, &name, 0);
        other
    }

    /// Items whose field is a multiple of `by` one way, the others the other way.
    fn fork(&mut self, ends: &Ends, name: &str, by: u32) -> (Ends, Ends) {
        let left = format!("={{{{ ($json.{name} || 0) % {by} }}}}");
        let row = json!({"left": left, "type": "number", "operation": "equals", "right": 0});
        let parameters = json!({"conditions": {"combine": "and", "rows": [row]}});
        let name = self.node("flow.if", "If", parameters);
        self.wire(ends, &name, 0);
        (vec![(name.clone(), 0)], vec![(name, 1)])
    }

    fn branches(&mut self, ends: Ends, place: Place) -> (Ends, bool) {
        let (yes, no) = self.fork(&ends, "value", 2);
        self.join(vec![yes, no], place, Share::OneWay)
    }

    /// The same items down several branches.
    fn fan_out(&mut self, ends: Ends, place: Place) -> (Ends, bool) {
        let n = self.rng.u64(2..=FAN_MAX);
        let begin = self.set("Fan", ends, &[]);
        let heads = (0..n).map(|_| self.set("Branch", begin.clone(), &[])).collect();
        self.join(heads, place, Share::Copies)
    }

    /// Lets branches run and brings them together: in a merge, or in one and the same node.
    fn join(&mut self, heads: Vec<Ends>, place: Place, share: Share) -> (Ends, bool) {
        let inner = Place { depth: place.depth + 1, ..place };
        let mut tails = vec![];
        let mut once = place.once;
        let each = self.growth.items;
        self.growth.items = 0;
        for head in heads {
            let before = self.growth.items;
            self.growth.items = each;
            let n = self.rng.usize(0..3);
            let (tail, single) = self.blocks(head, inner, n);
            once &= single;
            tails.push(tail);
            self.growth.items = match share {
                Share::Copies => self.growth.items + before,
                Share::OneWay => self.growth.items.max(before),
            };
        }
        if once && self.rng.u8(0..3) > 0 {
            let n_inputs = tails.len();
            let parameters = json!({"mode": "append", "inputs": n_inputs});
            let name = self.node("flow.merge", "Merge", parameters);
            for (input, tail) in tails.iter().enumerate() {
                self.wire(tail, &name, input);
            }
            return (vec![(name, 0)], true);
        }
        (tails.concat(), false)
    }

    /// A wire back to where the items came from, until each has gone round often enough.
    fn round_trips(&mut self, ends: Ends, place: Place) -> Ends {
        let n = self.nodes.len();
        let counter = format!("round{n}");
        let rounds = self.rng.u32(2..=ROUNDS_MAX);
        let begin = self.set("Rounds", ends, &[(&counter, "number", Value::from(0))]);
        let next = format!("={{{{ $json.{counter} + 1 }}}}");
        let head = self.set("Round", begin, &[(&counter, "number", next.into())]);
        let back = head[0].0.clone();
        let before = self.growth.calls;
        let inner = Place { once: false, in_loop: true, depth: place.depth + 1 };
        let n = self.rng.usize(1..3);
        let (tail, _) = self.blocks(head, inner, n);
        // What was called in a round is called in each.
        self.growth.calls += (self.growth.calls - before) * u64::from(rounds - 1);
        let (done, again) = self.fork(&tail, &counter, rounds);
        self.wire(&again, &back, 0);
        done
    }

    /// The loop node: one item after another.
    fn looped(&mut self, ends: Ends, place: Place) -> Ends {
        let name = self.node("flow.loop", "Loop", json!({"batchSize": 1, "outputs": "doneLoop"}));
        self.wire(&ends, &name, 0);
        let head = self.set("Each", vec![(name.clone(), 1)], &[]);
        let inner = Place { once: false, in_loop: true, depth: place.depth + 1 };
        let n = self.rng.usize(1..3);
        let (tail, _) = self.blocks(head, inner, n);
        self.wire(&tail, &name, 0);
        vec![(name, 0)]
    }

    fn call(&mut self, ends: Ends, place: Place) -> (Ends, bool) {
        let (Kind::Callee(callees) | Kind::Started(callees)) = &self.kind;
        // Rounds would multiply with themselves what a callee multiplies.
        let bearable = |it: &Callee| {
            let rounds = if place.in_loop { u64::from(ROUNDS_MAX) } else { 1 };
            let once = Growth { calls: 0, ..self.growth }.through(it.growth);
            let all = Growth { calls: self.growth.calls + once.calls * rounds, ..once };
            all.is_bearable() && (!place.in_loop || it.growth.items == 1)
        };
        let callees: Vec<Callee> = callees.iter().filter(|it| bearable(it)).cloned().collect();
        let Some(callee) = self.rng.choice(callees) else {
            return (self.set("Set", ends, &[]), place.once);
        };
        self.growth = self.growth.through(callee.growth);
        let n = self.nodes.len();
        let trail = format!("={{{{ $json.trail }}}}/Call{n}");
        let mode = if self.rng.bool() { "each" } else { "once" };
        let wait = self.rng.u8(0..4) > 0;
        let parameters = json!({
            "source": "stored",
            "workflow": (callee.name),
            "mode": mode,
            "wait": wait,
            "inputs": [{"name": "trail", "value": trail}]
        });
        let name = self.node("workflow.call", "Call", parameters);
        self.wire(&ends, &name, 0);
        (vec![(name, 0)], place.once)
    }
}
