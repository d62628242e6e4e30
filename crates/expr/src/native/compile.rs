//! From the syntax tree of a segment to a program, where every part of it is plain.

use model::Value;
use oxc_allocator::Allocator;
use oxc_ast::ast::{
    ArrayExpressionElement, ChainElement, Expression, LogicalExpression, ObjectPropertyKind,
    PropertyKey, PropertyKind, StaticMemberExpression,
};
use oxc_parser::Parser;
use oxc_span::SourceType;
use oxc_syntax::operator::{BinaryOperator, LogicalOperator, UnaryOperator};
use smol_str::SmolStr;

use self::changes::Changes;
use super::{Node, Program, inherited::is_odd_field, operators::Operator, roots::Fact};

mod calls;
mod changes;
mod items;
mod roots;
mod script;
mod uses;

pub(crate) use script::compile_script;

/// Longer sources are no plain ones, in bytes.
const SOURCE_BYTES_MAX: usize = 2_000;
const DEPTH_MAX: usize = 40;
/// Brackets and signs in one source.
const NESTING_MAX: usize = 200;

/// The program of a segment; `None` leaves it to JavaScript.
pub(crate) fn compile(code: &str) -> Option<Program> {
    if code.len() > SOURCE_BYTES_MAX || nesting(code) > NESTING_MAX {
        return None;
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, code, SourceType::cjs()).parse_expression().ok()?;
    let mut compiler = Compiler::new(code, None);
    Some(Program { body: compiler.node(&parsed)? })
}

/// The parser and this compiler recurse: brackets and signs bound how deep.
fn nesting(code: &str) -> usize {
    code.bytes().filter(|it| matches!(it, b'(' | b'[' | b'{' | b'!' | b'-' | b'+' | b'?')).count()
}

struct Compiler<'a> {
    source: &'a str,
    /// Parameters and variables that are seen from here, by their slots.
    locals: Vec<Local>,
    depth: usize,
    /// Where the loops and arrow functions around begin, the innermost last.
    around: Vec<u32>,
    /// What the whole script does to its variables; `None` in an expression.
    changes: Option<&'a Changes>,
    /// Within the value of a `return` that ends the script.
    is_last: bool,
    /// Loops around, within the innermost function.
    loops: usize,
    /// Arrow functions around that have statements.
    arrows: usize,
}

struct Local {
    name: SmolStr,
    kind: Kind,
    /// How many loops and arrow functions stand around its declaration.
    level: usize,
    is_const: bool,
}

/// What a value may be used as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Value,
    /// An item, as its JSON: nothing but `.json` of it may be used.
    Item,
    /// A list of items, as a list of their JSONs.
    Items,
}

type Found = Option<Node>;

impl Compiler<'_> {
    fn new<'a>(source: &'a str, changes: Option<&'a Changes>) -> Compiler<'a> {
        Compiler {
            source,
            locals: vec![],
            depth: 0,
            around: vec![],
            changes,
            is_last: false,
            loops: 0,
            arrows: 0,
        }
    }

    fn node(&mut self, it: &Expression<'_>) -> Found {
        self.deeper(|this| this.whole(it))
    }

    fn boxed(&mut self, it: &Expression<'_>) -> Option<Box<Node>> {
        self.node(it).map(Box::new)
    }

    fn deeper<T>(&mut self, what: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= DEPTH_MAX {
            return None;
        }
        self.depth += 1;
        let res = what(self);
        self.depth -= 1;
        res
    }

    fn in_script(&self) -> bool {
        self.changes.is_some()
    }

    fn local(&self, name: &str) -> Option<&Local> {
        self.locals.iter().rfind(|it| it.name == name)
    }

    fn slot(&self, name: &str) -> Option<usize> {
        self.locals.iter().rposition(|it| it.name == name)
    }

    /// Whether a name is no variable, here or elsewhere in the script.
    fn is_free(&self, name: &str) -> bool {
        self.local(name).is_none() && !self.changes.is_some_and(|it| it.is_declared(name))
    }

    fn declare(&mut self, name: &str, kind: Kind) -> Option<()> {
        // What is put into is declared by a literal.
        if self.changes.is_some_and(|it| it.last(name).is_some()) {
            return None;
        }
        self.declare_fresh(name, kind)
    }

    fn declare_fresh(&mut self, name: &str, kind: Kind) -> Option<()> {
        let level = self.around.len();
        // JavaScript's own names keep their meaning. A name that hides another is seen too early.
        let hides = self.in_script() && self.local(name).is_some();
        if name.starts_with('$') || matches!(name, "undefined" | "NaN" | "Infinity") || hides {
            return None;
        }
        self.locals.push(Local { name: name.into(), kind, level, is_const: false });
        Some(())
    }

    fn plain(&mut self, it: &Expression<'_>) -> Found {
        if let Some(root) = self.root(it) {
            return Some(root);
        }
        Some(match it {
            Expression::ParenthesizedExpression(it) => return self.node(&it.expression),
            Expression::NullLiteral(_) => Node::Constant(Value::Null),
            Expression::BooleanLiteral(it) => Node::Constant(it.value.into()),
            Expression::NumericLiteral(it) => Node::Constant(it.value.into()),
            Expression::StringLiteral(it) if !it.lone_surrogates => {
                Node::Constant(it.value.as_str().into())
            }
            Expression::Identifier(it) => self.name(&it.name)?,
            Expression::TemplateLiteral(it) => {
                let text = |it: &oxc_ast::ast::TemplateElement<'_>| {
                    let cooked = if it.lone_surrogates { None } else { it.value.cooked.as_ref() };
                    cooked.map(|it| SmolStr::from(it.as_str()))
                };
                let texts: Option<Box<[SmolStr]>> = it.quasis.iter().map(text).collect();
                Node::Template(texts?, self.nodes(it.expressions.iter())?)
            }
            Expression::ArrayExpression(it) => {
                let part = |it: &ArrayExpressionElement<'_>| match it {
                    ArrayExpressionElement::SpreadElement(it) => self.spread(&it.argument),
                    it => self.node(it.as_expression()?),
                };
                Node::Array(it.elements.iter().map(part).collect::<Option<_>>()?)
            }
            Expression::ObjectExpression(it) => {
                let field = |it: &ObjectPropertyKind<'_>| self.field(it);
                object(it.properties.iter().map(field).collect::<Option<_>>()?)
            }
            Expression::UnaryExpression(it) => {
                let inner = match it.operator {
                    UnaryOperator::LogicalNot | UnaryOperator::Typeof => self.test(&it.argument)?,
                    _ => self.boxed(&it.argument)?,
                };
                match it.operator {
                    UnaryOperator::LogicalNot => Node::Not(inner),
                    UnaryOperator::UnaryNegation => Node::Negative(inner),
                    UnaryOperator::UnaryPlus => Node::ToNumber(inner),
                    UnaryOperator::Typeof => Node::TypeOf(inner),
                    _ => return None,
                }
            }
            Expression::BinaryExpression(it) => {
                let operator = operator(it.operator)?;
                Node::Binary(operator, self.boxed(&it.left)?, self.boxed(&it.right)?)
            }
            Expression::LogicalExpression(it) => self.logical(it)?,
            Expression::ConditionalExpression(it) => Node::If(
                self.test(&it.test)?,
                self.boxed(&it.consequent)?,
                self.boxed(&it.alternate)?,
            ),
            Expression::StaticMemberExpression(it) => self.member(it)?,
            Expression::ComputedMemberExpression(it) => {
                let object = self.guarded(&it.object, it.optional)?;
                self.computed(object, &it.expression)?
            }
            Expression::CallExpression(it) => self.call(it)?,
            Expression::ChainExpression(it) => Node::Chain(Box::new(self.chain(&it.expression)?)),
            _ => return None,
        })
    }

    fn chain(&mut self, it: &ChainElement<'_>) -> Found {
        match it {
            ChainElement::CallExpression(it) => self.call(it),
            ChainElement::StaticMemberExpression(it) => self.member(it),
            ChainElement::ComputedMemberExpression(it) => {
                let object = self.guarded(&it.object, it.optional)?;
                self.computed(object, &it.expression)
            }
            _ => None,
        }
    }

    fn logical(&mut self, it: &LogicalExpression<'_>) -> Found {
        let (left, right) = (self.boxed(&it.left)?, self.boxed(&it.right)?);
        Some(match it.operator {
            LogicalOperator::And => Node::And(left, right),
            LogicalOperator::Or => Node::Or(left, right),
            LogicalOperator::Coalesce => Node::Coalesce(left, right),
        })
    }

    /// A field by its name. Of a list of items, there is the length alone.
    fn member(&mut self, it: &StaticMemberExpression<'_>) -> Found {
        let name = it.property.name.as_str();
        if self.kind(&it.object) == Kind::Items && name != "length" {
            return None;
        }
        Some(Node::Member(self.guarded(&it.object, it.optional)?, name.into()))
    }

    fn computed(&mut self, object: Box<Node>, key: &Expression<'_>) -> Found {
        Some(match key {
            // A text of digits is a place in a list or a text.
            Expression::StringLiteral(key)
                if !key.value.starts_with(|it: char| it.is_ascii_digit()) =>
            {
                Node::Member(object, key.value.as_str().into())
            }
            key => Node::Index(object, self.boxed(key)?),
        })
    }

    fn nodes<'a, 'b: 'a>(
        &mut self,
        all: impl Iterator<Item = &'a Expression<'b>>,
    ) -> Option<Box<[Node]>> {
        all.map(|it| self.node(it)).collect()
    }

    fn spread(&mut self, it: &Expression<'_>) -> Found {
        Some(Node::Spread(self.called(it, false)?))
    }

    fn field(&mut self, it: &ObjectPropertyKind<'_>) -> Option<(SmolStr, Node)> {
        let it = match it {
            ObjectPropertyKind::ObjectProperty(it) => it,
            ObjectPropertyKind::SpreadProperty(it) => {
                return Some((SmolStr::default(), self.spread(&it.argument)?));
            }
        };
        if it.kind != PropertyKind::Init || it.method || it.computed {
            return None;
        }
        let key: SmolStr = match &it.key {
            PropertyKey::StaticIdentifier(it) => it.name.as_str().into(),
            PropertyKey::StringLiteral(it) => it.value.as_str().into(),
            _ => return None,
        };
        // Such fields change what an object is.
        if is_odd_field(&key) {
            return None;
        }
        Some((key, self.node(&it.value)?))
    }

    fn name(&self, name: &str) -> Found {
        if let Some(place) = self.slot(name) {
            return Some(Node::Local(place));
        }
        if !self.is_free(name) {
            return None;
        }
        Some(match name {
            "undefined" => Node::Undefined,
            "NaN" => Node::Constant(f64::NAN.into()),
            "Infinity" => Node::Constant(f64::INFINITY.into()),
            "$json" | "$data" => Node::Json,
            "$itemIndex" | "$position" => Node::Fact(Fact::ItemIndex),
            "$runIndex" => Node::Fact(Fact::RunIndex),
            "$vars" => Node::Fact(Fact::Vars),
            _ => return None,
        })
    }
}

fn object(fields: Box<[(SmolStr, Node)]>) -> Node {
    // A key of digits may come before others that were written earlier.
    let is_known = |(place, (key, value)): (usize, &(SmolStr, Node))| {
        !matches!(value, Node::Spread(_))
            && !key.starts_with(|it: char| it.is_ascii_digit())
            && fields[..place].iter().all(|it| it.0 != *key)
    };
    if fields.iter().enumerate().all(is_known) {
        let (keys, nodes): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
        let empty = keys.into_iter().map(|key| (key, Value::Null)).collect();
        Node::Fields(empty, nodes.into())
    } else {
        Node::Object(fields)
    }
}

fn operator(it: BinaryOperator) -> Option<Operator> {
    Some(match it {
        BinaryOperator::Addition => Operator::Add,
        BinaryOperator::Subtraction => Operator::Subtract,
        BinaryOperator::Multiplication => Operator::Multiply,
        BinaryOperator::Division => Operator::Divide,
        BinaryOperator::Remainder => Operator::Remainder,
        BinaryOperator::Exponential => Operator::Power,
        BinaryOperator::LessThan => Operator::Less,
        BinaryOperator::LessEqualThan => Operator::LessEqual,
        BinaryOperator::GreaterThan => Operator::Greater,
        BinaryOperator::GreaterEqualThan => Operator::GreaterEqual,
        BinaryOperator::Equality => Operator::Equal,
        BinaryOperator::Inequality => Operator::NotEqual,
        BinaryOperator::StrictEquality => Operator::Same,
        BinaryOperator::StrictInequality => Operator::NotSame,
        _ => return None,
    })
}
