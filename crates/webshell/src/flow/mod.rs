//! Follows values from where a visitor sends them to what is done with them.
//!
//! Scripts are run in thought: known values are worked out, unknown ones keep only who chose them. Branches that hang on unknown values
//! are all taken. Every step is counted, and the count ends the run; nothing of the page is ever really run.

mod calls;
mod functions;
mod members;
mod names;
mod objects;
mod rounds;
mod statements;
pub(crate) mod value;
mod values;

use crate::ast::{Class, Expr, Function, Stmt};
use crate::fold;
use crate::lex::{Family, Word};
use crate::split::Page;
use crate::vocab::{self, Effect};
use hashbrown::{HashMap, HashSet};
use std::collections::BTreeMap;
use std::rc::Rc;
use value::{Channel, Data, Source, Value};

/// Steps of one page.
const STEPS_MAX: u32 = 1_500_000;
/// Steps of a page that was already seen to run what a visitor sends: enough to tell what else it can do.
const CONVICTED_STEPS_MAX: u32 = 60_000;
/// Steps of one function that is looked at by itself.
const ENTRY_STEPS_MAX: u32 = 120_000;
/// Steps of one loop.
const LOOP_STEPS_MAX: u32 = 600_000;
/// Rounds of one loop whose end is known.
const ROUNDS_MAX: u32 = 60_000;
/// Rounds of a loop of which each may be the last one.
const UNSURE_ROUNDS_MAX: u32 = 64;
/// Rounds of a loop that only calls functions and leaves nothing behind.
const IDLE_ROUNDS_MAX: u32 = 8;
/// Functions inside one another.
const CALLS_MAX: u32 = 40;
/// Values inside one another.
const DEPTH_MAX: u32 = 220;
/// Bytes of texts that are run as scripts, whose scripts are kept.
const SCRIPTS_MAX: usize = 4 << 20;
/// Texts that are run as scripts inside one another.
const NESTED_MAX: u32 = 4;
/// Bytes of a name under which a session keeps something.
const KEY_MAX: usize = 128;
/// Characters of a text from which running it is worth the name of decoding.
const DECODED_MIN: usize = 4;
/// Bytes of a text that a function is asked with, from which the answer is not remembered.
const ASKED_MAX: usize = 4096;
/// Answers of functions that are remembered.
const ANSWERS_MAX: usize = 20_000;
/// Bytes of a text that is put together, which cost a step.
const COPIED_IN_A_STEP: usize = 32768;
/// Operands from which a sum is worth remembering.
const CONSTANT_MIN: usize = 3;
/// Places of one list that are told apart.
const ITEMS_MAX: f64 = 4096.0;
/// Things told of one page.
const EVENTS_MAX: usize = 400;

/// Something that a page does, with what it does it.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) effect: Effect,
    /// The name of what does it, as the page reaches it.
    pub(crate) name: String,
    pub(crate) at: u32,
    /// What says what is done: the text run, the path written.
    pub(crate) what: Value,
    /// What is written, where something is.
    pub(crate) content: Option<Value>,
    /// The script that does it was itself a text of the page, decoded at run time.
    pub(crate) nested: bool,
}

/// What the run of a page showed.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) events: Vec<Event>,
    pub(crate) sources: Vec<Source>,
    /// Whether the steps ran out before the page did.
    pub(crate) cut: bool,
    /// Class names and other words that were put together from pieces.
    pub(crate) pieced: Vec<String>,
}

/// What a function gave back, and what its parameters held when it ended.
type Answer = (Value, Rc<[Value]>);

struct Object {
    class: Rc<str>,
    fields: BTreeMap<Rc<str>, Value>,
    origin: Value,
}

/// How a list of statements ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Through,
    Return,
    Break,
    Continue,
}

pub(crate) struct Engine<'p> {
    page: &'p Page,
    family: Family,
    scopes: Vec<HashMap<Rc<str>, Value>>,
    functions: HashMap<Rc<str>, Vec<Rc<Function>>>,
    classes: HashMap<Rc<str>, Rc<Class>>,
    heap: Vec<Object>,
    seen: Seen,
    returned: Vec<Option<Value>>,
    /// What functions of the page answered, by what they were asked with.
    answered: HashMap<(*const Function, String), Answer>,
    characters: fold::Characters,
    /// Room for the words of texts that are run as scripts.
    words: Vec<Word>,
    /// Room in which texts are put together; empty.
    spare: String,
    /// Sums of texts and characters by number, by the place of their tree; nothing where one has more in it.
    constants: HashMap<*const Expr, Option<Value>>,
    /// Plans of bodies of loops, by the place of their first statement.
    plans: HashMap<*const Stmt, Option<Rc<rounds::Plan>>>,
    /// Names in lower case.
    lowered: HashMap<Rc<str>, Rc<str>>,
    /// What paths may mean by their names.
    meanings: HashMap<Rc<str>, calls::Meaning>,
    /// How functions make values of values, by their names.
    manners: HashMap<Rc<str>, calls::Manner>,
    /// Whether any property of the page does something when it is set.
    setters: bool,
    /// What the parameters of the function that ended last held then.
    left: Rc<[Value]>,
    steps: u32,
    entry_end: u32,
    /// Steps at which the page is left.
    limit: u32,
    depth: u32,
    calls: u32,
    nested: u32,
    /// Scripts inside one another that are gone when they end.
    fleeting: u32,
    /// Texts that were run as scripts, by the place where that was done.
    scripts: HashMap<(u32, Rc<str>), Rc<[Stmt]>>,
    kept_bytes: usize,
    /// Loops whose rounds are known and that are run round by round.
    exact: u32,
    /// What things are kept in under a name in brackets, as in a session.
    keyed: HashSet<Rc<str>>,
    /// Loops that are only looked at.
    loose: u32,
    /// The round of the innermost loop may have been the last one, by a condition that is not known.
    may_leave: bool,
    /// Values that were put somewhere.
    puts: u64,
}

/// Follows the values of both languages of a page.
pub(crate) fn follow(page: &Page) -> Seen {
    let mut seen = Seen::default();
    for (family, words) in [(Family::Curly, &page.curly), (Family::Basic, &page.basic)] {
        if words.is_empty() {
            continue;
        }
        let (script, too_deep) = crate::lang::parse(words, family);
        seen.cut |= too_deep;
        let mut engine = Engine::new(page, family, seen);
        engine.page(&script);
        seen = engine.seen;
    }
    seen
}

impl<'p> Engine<'p> {
    fn new(page: &'p Page, family: Family, seen: Seen) -> Self {
        let mut engine = Self {
            page,
            family,
            scopes: vec![HashMap::new()],
            functions: HashMap::new(),
            classes: HashMap::new(),
            heap: Vec::new(),
            seen,
            returned: Vec::new(),
            answered: HashMap::new(),
            characters: fold::Characters::default(),
            words: Vec::new(),
            spare: String::new(),
            constants: HashMap::new(),
            plans: HashMap::new(),
            lowered: HashMap::new(),
            meanings: HashMap::new(),
            manners: HashMap::new(),
            setters: false,
            left: Rc::from([]),
            steps: 0,
            entry_end: STEPS_MAX,
            limit: STEPS_MAX,
            depth: 0,
            calls: 0,
            nested: 0,
            fleeting: 0,
            scripts: HashMap::new(),
            kept_bytes: 0,
            exact: 0,
            keyed: HashSet::new(),
            loose: 0,
            puts: 0,
            may_leave: false,
        };
        for (id, class) in &page.objects {
            let object = engine.object(Rc::from(vocab::class_of(class)), Value::unknown());
            engine.scopes[0].insert(Rc::from(id.as_str()), object);
        }
        engine
    }

    /// Runs what the page runs by itself, then each function as if the server called it, twice: fields that one sets, others use.
    fn page(&mut self, script: &[Stmt]) {
        self.declare(script);
        self.setters = self.functions.keys().any(|name| name.starts_with("set_"));
        self.statements(script);
        let mut entries: Vec<Rc<Function>> = self.functions.values().flatten().cloned().collect();
        entries.sort_by_key(|function| (function.params.first().map_or(0, |param| param.at), function.name.clone()));
        for round in 0..2 {
            // The second time is for what one function leaves to another; who sends nothing leaves nothing.
            if round > 0 && (self.seen.sources.is_empty() || self.runs_requests()) {
                break;
            }
            self.answered.clear();
            for function in &entries {
                self.entry_end = self.steps.saturating_add(ENTRY_STEPS_MAX).min(self.limit);
                self.entry(function);
            }
        }
        self.seen.cut |= self.steps >= self.limit;
    }

    /// Whether the page was already seen to run what a visitor sends.
    fn runs_requests(&self) -> bool {
        self.seen.events.iter().any(|event| event.effect.runs() && event.what.sources != 0)
    }

    fn spent(&mut self) -> bool {
        self.steps += 1;
        self.steps >= self.entry_end
    }

    /// A step, and whether it leads too far, by their number or their depth.
    #[inline]
    fn is_too_far(&mut self) -> bool {
        self.spent() || self.depth >= DEPTH_MAX
    }

    /// Counts steps of work that is not done step by step.
    fn spend(&mut self, steps: usize) {
        self.steps = self.steps.saturating_add(u32::try_from(steps).unwrap_or(u32::MAX));
    }

    fn object(&mut self, class: Rc<str>, origin: Value) -> Value {
        self.heap.push(Object { class, fields: BTreeMap::new(), origin: origin.clone() });
        origin.with(Data::Object(self.heap.len() - 1))
    }

    /// A value that a visitor sends.
    fn source(&mut self, channel: Channel, key: Option<String>, at: u32) -> Value {
        let found = self.seen.sources.iter().position(|source| source.channel == channel && source.key == key);
        let number = found.unwrap_or_else(|| {
            if self.seen.sources.len() >= 63 {
                return 63;
            }
            self.seen.sources.push(Source { channel, key, at });
            self.seen.sources.len() - 1
        });
        Value { sources: 1 << number.min(63), whole: true, tail: true, ..Value::unknown() }
    }

    fn tell(&mut self, effect: Effect, name: &str, at: u32, what: Value, content: Option<Value>) {
        let mut what = what;
        if matches!(what.data, Data::Measure) {
            what.sources = 0;
        }
        let known =
            self.seen.events.iter_mut().find(|event| event.effect == effect && event.at == at && event.name == name);
        if let Some(event) = known {
            if event.what.sources == 0 && (what.sources != 0 || event.what.is_unknown()) {
                event.what = what;
            }
            if let Some(content) = content
                && event.content.as_ref().is_none_or(|before| before.sources == 0)
            {
                event.content = Some(content);
            }
            return;
        }
        if effect.runs() && what.sources != 0 && self.limit == STEPS_MAX {
            self.limit = STEPS_MAX.min(self.steps.saturating_add(CONVICTED_STEPS_MAX));
            self.entry_end = self.entry_end.min(self.limit);
        }
        if self.seen.events.len() < EVENTS_MAX {
            let nested = self.nested > 0;
            self.seen.events.push(Event { effect, name: name.to_owned(), at, what, content, nested });
        }
    }
}
