//! From the syntax tree of a segment to a program, where every part of it is plain.

use model::Value;
use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, BindingPattern, CallExpression, ChainElement, Expression,
    ObjectPropertyKind, PropertyKey, PropertyKind, StaticMemberExpression,
};
use oxc_parser::Parser;
use oxc_span::SourceType;
use oxc_syntax::operator::{BinaryOperator, LogicalOperator, UnaryOperator};
use smol_str::SmolStr;

use super::{
    Node, Program,
    functions::Function,
    inherited::is_inherited,
    lists::Each,
    methods::Method,
    operators::Operator,
    roots::{End, Fact, Reach},
};

/// Longer sources are no plain ones, in bytes.
const SOURCE_BYTES_MAX: usize = 2_000;
const DEPTH_MAX: usize = 40;

/// The program of a segment; `None` leaves it to JavaScript.
pub(crate) fn compile(code: &str) -> Option<Program> {
    if code.len() > SOURCE_BYTES_MAX || nests_deep(code) {
        return None;
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, code, SourceType::cjs()).parse_expression().ok()?;
    let mut compiler = Compiler { locals: vec![], depth: 0 };
    Some(Program { body: compiler.node(&parsed)? })
}

/// The parser and this compiler recurse: brackets and signs bound how deep.
fn nests_deep(code: &str) -> bool {
    code.bytes().filter(|it| matches!(it, b'(' | b'[' | b'{' | b'!' | b'-' | b'+' | b'?')).count()
        > 200
}

struct Compiler {
    /// The parameters of the arrow functions around.
    locals: Vec<SmolStr>,
    depth: usize,
}

type Found = Option<Node>;

impl Compiler {
    fn node(&mut self, it: &Expression<'_>) -> Found {
        if self.depth >= DEPTH_MAX {
            return None;
        }
        self.depth += 1;
        let res = self.plain(it);
        self.depth -= 1;
        res
    }

    fn boxed(&mut self, it: &Expression<'_>) -> Option<Box<Node>> {
        self.node(it).map(Box::new)
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
                let parts: Option<Vec<&Expression<'_>>> =
                    it.elements.iter().map(|it| it.as_expression()).collect();
                Node::Array(self.nodes(parts?.into_iter())?)
            }
            Expression::ObjectExpression(it) => {
                let field = |it: &ObjectPropertyKind<'_>| self.field(it);
                Node::Object(it.properties.iter().map(field).collect::<Option<_>>()?)
            }
            Expression::UnaryExpression(it) => {
                let inner = self.boxed(&it.argument)?;
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
            Expression::LogicalExpression(it) => {
                let (left, right) = (self.boxed(&it.left)?, self.boxed(&it.right)?);
                match it.operator {
                    LogicalOperator::And => Node::And(left, right),
                    LogicalOperator::Or => Node::Or(left, right),
                    LogicalOperator::Coalesce => Node::Coalesce(left, right),
                }
            }
            Expression::ConditionalExpression(it) => Node::If(
                self.boxed(&it.test)?,
                self.boxed(&it.consequent)?,
                self.boxed(&it.alternate)?,
            ),
            Expression::StaticMemberExpression(it) => {
                let object = self.guarded(&it.object, it.optional)?;
                Node::Member(object, it.property.name.as_str().into())
            }
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
            ChainElement::StaticMemberExpression(it) => {
                let object = self.guarded(&it.object, it.optional)?;
                Some(Node::Member(object, it.property.name.as_str().into()))
            }
            ChainElement::ComputedMemberExpression(it) => {
                let object = self.guarded(&it.object, it.optional)?;
                self.computed(object, &it.expression)
            }
            _ => None,
        }
    }

    fn guarded(&mut self, object: &Expression<'_>, optional: bool) -> Option<Box<Node>> {
        let object = self.boxed(object)?;
        Some(if optional { Box::new(Node::Guard(object)) } else { object })
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

    fn field(&mut self, it: &ObjectPropertyKind<'_>) -> Option<(SmolStr, Node)> {
        let ObjectPropertyKind::ObjectProperty(it) = it else { return None };
        if it.kind != PropertyKind::Init || it.method || it.computed {
            return None;
        }
        let key: SmolStr = match &it.key {
            PropertyKey::StaticIdentifier(it) => it.name.as_str().into(),
            PropertyKey::StringLiteral(it) => it.value.as_str().into(),
            _ => return None,
        };
        // Such fields change what an object is.
        if is_inherited(&key) || key == "toJSON" || key == "then" {
            return None;
        }
        Some((key, self.node(&it.value)?))
    }

    fn name(&self, name: &str) -> Found {
        if let Some(place) = self.locals.iter().rposition(|it| it == name) {
            return Some(Node::Local(place));
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

    fn call(&mut self, it: &CallExpression<'_>) -> Found {
        let mut given = it.arguments.iter().map(Argument::as_expression);
        if it.optional {
            return None;
        }
        match &it.callee {
            Expression::Identifier(callee) if !self.is_local(&callee.name) => {
                let function = Function::named("", &callee.name)?;
                let given: Option<Vec<&Expression<'_>>> = given.collect();
                Some(Node::Function(function, self.nodes(given?.into_iter())?))
            }
            Expression::StaticMemberExpression(callee) => {
                let name = callee.property.name.as_str();
                if let Expression::Identifier(object) = &callee.object
                    && !self.is_local(&object.name)
                    && let Some(function) = Function::named(&object.name, name)
                {
                    let given: Option<Vec<&Expression<'_>>> = given.collect();
                    return Some(Node::Function(function, self.nodes(given?.into_iter())?));
                }
                if let Some(each) = Each::named(name) {
                    let list = self.guarded(&callee.object, callee.optional)?;
                    let Some(Some(Expression::ArrowFunctionExpression(arrow))) = given.next()
                    else {
                        return None;
                    };
                    if given.next().is_some() {
                        return None;
                    }
                    let (parameters, body) = self.arrow(arrow, 2)?;
                    return Some(Node::Each(each, list, parameters, body));
                }
                if name == "reduce" {
                    return self.reduce(callee, &given.collect::<Option<Vec<_>>>()?);
                }
                let method = Method::named(name)?;
                let given: Option<Vec<&Expression<'_>>> = given.collect();
                let object = self.guarded(&callee.object, callee.optional)?;
                Some(Node::Method(method, object, self.nodes(given?.into_iter())?))
            }
            _ => None,
        }
    }

    fn is_local(&self, name: &str) -> bool {
        self.locals.iter().any(|it| it == name)
    }

    /// `list.reduce(arrow, initial)`; without an initial value JavaScript does it.
    fn reduce(&mut self, callee: &StaticMemberExpression<'_>, given: &[&Expression<'_>]) -> Found {
        let [Expression::ArrowFunctionExpression(arrow), initial] = given else { return None };
        let list = self.guarded(&callee.object, callee.optional)?;
        let initial = self.boxed(initial)?;
        let (parameters, body) = self.arrow(arrow, 3)?;
        Some(Node::Reduce(list, initial, parameters, body))
    }

    /// An arrow function of at most so many parameters: their number, and its value.
    fn arrow(
        &mut self,
        it: &ArrowFunctionExpression<'_>,
        max: usize,
    ) -> Option<(usize, Box<Node>)> {
        let body = it.body.as_expression()?;
        let parameters = &it.params.items;
        if it.r#async || it.params.rest.is_some() || parameters.len() > max {
            return None;
        }
        let before = self.locals.len();
        for parameter in parameters {
            match &parameter.pattern {
                BindingPattern::BindingIdentifier(name) if parameter.initializer.is_none() => {
                    self.locals.push(name.name.as_str().into());
                }
                _ => {
                    self.locals.truncate(before);
                    return None;
                }
            }
        }
        let body = self.boxed(body);
        self.locals.truncate(before);
        Some((parameters.len(), body?))
    }

    /// Names that stand for an item's JSON or a fact, with what follows them.
    fn root(&self, it: &Expression<'_>) -> Found {
        let Expression::StaticMemberExpression(outer) = it else { return None };
        if outer.optional {
            return None;
        }
        let name = outer.property.name.as_str();
        if let Expression::Identifier(object) = &outer.object
            && !self.is_local(&object.name)
        {
            return fact(&object.name, name);
        }
        if name == "isExecuted" {
            return Some(Node::IsExecuted(node_named(&outer.object)?));
        }
        if name != "json" {
            return None;
        }
        match &outer.object {
            Expression::StaticMemberExpression(inner) if !inner.optional => {
                match (&inner.object, inner.property.name.as_str()) {
                    (Expression::Identifier(it), "item") if it.name == "$input" => {
                        Some(Node::Input(End::Item))
                    }
                    (Expression::Identifier(it), name) if it.name == "$node" => {
                        Some(Node::Other(name.into(), Reach::SamePlace))
                    }
                    (object, "item") => Some(Node::Other(node_named(object)?, Reach::Paired)),
                    _ => None,
                }
            }
            Expression::ComputedMemberExpression(inner) if !inner.optional => {
                match (&inner.object, &inner.expression) {
                    (Expression::Identifier(it), Expression::StringLiteral(name))
                        if it.name == "$node" =>
                    {
                        Some(Node::Other(name.value.as_str().into(), Reach::SamePlace))
                    }
                    _ => None,
                }
            }
            Expression::CallExpression(inner) if inner.arguments.is_empty() && !inner.optional => {
                let Expression::StaticMemberExpression(callee) = &inner.callee else { return None };
                let (end, reach) = match callee.property.name.as_str() {
                    "first" => (End::First, Reach::First),
                    "last" => (End::Last, Reach::Last),
                    _ => return None,
                };
                if callee.optional {
                    return None;
                }
                match &callee.object {
                    Expression::Identifier(it) if it.name == "$input" => Some(Node::Input(end)),
                    object => Some(Node::Other(node_named(object)?, reach)),
                }
            }
            _ => None,
        }
    }
}

/// `$('x')`.
fn node_named(it: &Expression<'_>) -> Option<SmolStr> {
    let Expression::CallExpression(call) = it else { return None };
    match (&call.callee, call.arguments.as_slice()) {
        (Expression::Identifier(callee), [Argument::StringLiteral(name)])
            if callee.name == "$" && !call.optional =>
        {
            Some(name.value.as_str().into())
        }
        _ => None,
    }
}

fn fact(object: &str, name: &str) -> Found {
    Some(Node::Fact(match (object, name) {
        ("$workflow", "id") => Fact::WorkflowId,
        ("$workflow", "name") => Fact::WorkflowName,
        ("$workflow", "active") => Fact::WorkflowActive,
        ("$execution", "id") => Fact::ExecutionId,
        ("$execution", "mode") => Fact::ExecutionMode,
        ("$execution", "resumeUrl") => Fact::ResumeUrl,
        _ => return None,
    }))
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
