//! Statements of a script.

use oxc_ast::ast::{
    AssignmentExpression, AssignmentTarget, BindingPattern, CallExpression, Expression,
    ForOfStatement, ForStatement, ForStatementInit, ForStatementLeft, SimpleAssignmentTarget,
    Statement, UpdateExpression, VariableDeclaration, VariableDeclarationKind,
};
use oxc_span::{GetSpan as _, Span};
use oxc_syntax::operator::{AssignmentOperator, LogicalOperator, UpdateOperator};

use super::{Changes, Compiler, Kind, NESTING_MAX, nesting, uses::root};
use crate::native::{
    Bind, Node, Program,
    inherited::is_odd_field,
    operators::Operator,
    routine::{How, Place, Step},
};

/// Longer scripts are no plain ones, in bytes.
const SOURCE_BYTES_MAX: usize = 16_000;

/// The program of a code node's script, which is the body of the one function of `program`; `None`
/// leaves it to JavaScript.
pub(crate) fn compile_script(source: &str, program: &oxc_ast::ast::Program<'_>) -> Option<Program> {
    if source.len() > SOURCE_BYTES_MAX || nesting(source) > NESTING_MAX {
        return None;
    }
    let [Statement::FunctionDeclaration(function)] = program.body.as_slice() else { return None };
    let body = function.body.as_ref()?;
    if !body.directives.is_empty() {
        return None;
    }
    let changes = Changes::of(&body.statements)?;
    let mut compiler = Compiler::new(source, Some(&changes));
    Some(Program { body: Node::Block(compiler.statements(&body.statements)?) })
}

impl Compiler<'_> {
    /// Statements with a scope of their own.
    pub(super) fn statements(&mut self, all: &[Statement<'_>]) -> Option<Box<[Step]>> {
        self.deeper(|this| {
            let before = this.locals.len();
            let mut res = vec![];
            for it in all {
                this.statement(it, &mut res)?;
            }
            this.locals.truncate(before);
            Some(res.into())
        })
    }

    fn block(&mut self, it: &Statement<'_>) -> Option<Box<[Step]>> {
        self.statements(match it {
            Statement::BlockStatement(it) => &it.body,
            it => std::slice::from_ref(it),
        })
    }

    fn looped(&mut self, at: Span, what: impl FnOnce(&mut Self) -> Option<Step>) -> Option<Step> {
        let before = self.locals.len();
        self.around.push(at.start);
        self.loops += 1;
        let res = what(self);
        self.loops -= 1;
        self.around.pop();
        self.locals.truncate(before);
        res
    }

    fn statement(&mut self, it: &Statement<'_>, to: &mut Vec<Step>) -> Option<()> {
        let step = match it {
            Statement::EmptyStatement(_) => return Some(()),
            Statement::VariableDeclaration(it) => return self.declaration(it, to),
            Statement::BlockStatement(it) => Step::Block(self.statements(&it.body)?),
            Statement::ExpressionStatement(it) => self.deed(&it.expression)?,
            Statement::IfStatement(it) => {
                let test = self.test(&it.test)?;
                let yes = self.block(&it.consequent)?;
                let no = match &it.alternate {
                    Some(it) => self.block(it)?,
                    None => Box::default(),
                };
                Step::If(*test, yes, no)
            }
            Statement::ForOfStatement(it) if !it.r#await => self.for_of(it)?,
            Statement::ForStatement(it) => self.for_loop(it)?,
            Statement::WhileStatement(it) => self.looped(it.span, |this| {
                let test = Some(*this.test(&it.test)?);
                Some(Step::Loop([].into(), test, [].into(), this.block(&it.body)?))
            })?,
            Statement::ReturnStatement(it) => Step::Return(match &it.argument {
                Some(it) => {
                    self.is_last = self.arrows == 0;
                    let value = self.node(it);
                    self.is_last = false;
                    value?
                }
                None => Node::Undefined,
            }),
            Statement::BreakStatement(it) if it.label.is_none() && self.loops > 0 => Step::Break,
            Statement::ContinueStatement(it) if it.label.is_none() && self.loops > 0 => {
                Step::Continue
            }
            _ => return None,
        };
        to.push(step);
        Some(())
    }

    fn declaration(&mut self, it: &VariableDeclaration<'_>, to: &mut Vec<Step>) -> Option<()> {
        let is_const = match it.kind {
            VariableDeclarationKind::Const => true,
            VariableDeclarationKind::Let => false,
            _ => return None,
        };
        for it in &it.declarations {
            let before = self.locals.len();
            let (bind, node) = match (&it.id, &it.init) {
                (BindingPattern::BindingIdentifier(name), None) => {
                    self.declare(&name.name, Kind::Value)?;
                    (Bind::Slot, Node::Undefined)
                }
                (BindingPattern::BindingIdentifier(name), Some(init))
                    if self.changes?.last(&name.name).is_some() =>
                {
                    let node = self.fresh(init, self.changes?.is_deep(&name.name))?;
                    self.declare_fresh(&name.name, Kind::Value)?;
                    (Bind::Slot, node)
                }
                (pattern, Some(init)) => {
                    let kind = self.kind(init);
                    let node = match kind {
                        Kind::Value => self.node(init)?,
                        Kind::Item => self.item(init)?,
                        Kind::Items => self.items(init)?,
                    };
                    (self.bind(pattern, kind)?, node)
                }
                (_, None) => return None,
            };
            self.locals[before..].iter_mut().for_each(|it| it.is_const = is_const);
            to.push(Step::Declare(bind, node));
        }
        Some(())
    }

    /// A list or an object that nothing else has; `deep` when its entries may be changed too.
    fn fresh(&mut self, it: &Expression<'_>, deep: bool) -> Option<Node> {
        if !matches!(it, Expression::ArrayExpression(_) | Expression::ObjectExpression(_)) {
            return None;
        }
        // Fields that are themselves put in by their literals are nobody else's either.
        let entry = |it: Node| match it {
            // A spread brings what others have.
            Node::Spread(_) => None,
            Node::Array(_) | Node::Object(_) | Node::Fields(..) | Node::Constant(_) => Some(it),
            it => Some(Node::Scalar(Box::new(it))),
        };
        let field = |(key, it): (_, Node)| Some((key, entry(it)?));
        Some(match self.node(it)? {
            Node::Array(all) if deep => {
                Node::Array(all.into_iter().map(entry).collect::<Option<_>>()?)
            }
            Node::Object(all) if deep => {
                Node::Object(all.into_iter().map(field).collect::<Option<_>>()?)
            }
            Node::Fields(empty, all) if deep => {
                Node::Fields(empty, all.into_iter().map(entry).collect::<Option<_>>()?)
            }
            it => it,
        })
    }

    fn for_of(&mut self, it: &ForOfStatement<'_>) -> Option<Step> {
        let ForStatementLeft::VariableDeclaration(left) = &it.left else { return None };
        let [declared] = left.declarations.as_slice() else { return None };
        let is_const = match left.kind {
            VariableDeclarationKind::Const => true,
            VariableDeclarationKind::Let => false,
            _ => return None,
        };
        let (list, kind) = match self.kind(&it.right) {
            Kind::Items => (self.items(&it.right)?, Kind::Item),
            Kind::Value => (self.node(&it.right)?, Kind::Value),
            Kind::Item => return None,
        };
        // A list that grows while it is walked is walked to its new end.
        if root(&it.right).is_some_and(|list| self.is_changed_within(list, it.span)) {
            return None;
        }
        self.looped(it.span, |this| {
            let before = this.locals.len();
            let bind = this.bind(&declared.id, kind)?;
            this.locals[before..].iter_mut().for_each(|it| it.is_const = is_const);
            Some(Step::Each(list, bind, this.block(&it.body)?))
        })
    }

    fn for_loop(&mut self, it: &ForStatement<'_>) -> Option<Step> {
        self.looped(it.span, |this| {
            let mut first = vec![];
            match &it.init {
                None => {}
                Some(ForStatementInit::VariableDeclaration(it)) => {
                    this.declaration(it, &mut first)?;
                }
                Some(_) => return None,
            }
            let test = match &it.test {
                Some(it) => Some(*this.test(it)?),
                None => None,
            };
            let body = this.block(&it.body)?;
            let next = match &it.update {
                Some(it) => [this.deed(it)?].into(),
                None => Box::default(),
            };
            Some(Step::Loop(first.into(), test, next, body))
        })
    }

    /// An expression that stands alone.
    fn deed(&mut self, it: &Expression<'_>) -> Option<Step> {
        match it {
            Expression::ParenthesizedExpression(it) => self.deed(&it.expression),
            Expression::AssignmentExpression(it) => self.assignment(it),
            Expression::UpdateExpression(it) => self.update(it),
            Expression::CallExpression(call) => match self.push(call) {
                Some(step) => Some(step),
                None => Some(Step::Run(self.node(it)?)),
            },
            _ => None,
        }
    }

    /// `place.push(…)`.
    fn push(&mut self, it: &CallExpression<'_>) -> Option<Step> {
        let Expression::StaticMemberExpression(callee) = &it.callee else { return None };
        if it.optional || callee.optional || callee.property.name != "push" {
            return None;
        }
        let (place, deep) = self.place_of(&callee.object)?;
        let mut given = vec![];
        for it in &it.arguments {
            given.push(self.kept(it.as_expression()?, deep)?);
        }
        Some(Step::Push(place, given.into()))
    }

    fn assignment(&mut self, it: &AssignmentExpression<'_>) -> Option<Step> {
        let (how, value) = self.how(it)?;
        let (object, key) = match &it.left {
            AssignmentTarget::AssignmentTargetIdentifier(name) => {
                let slot = self.variable(&name.name)?;
                if self.changes?.last(&name.name).is_none() {
                    return Some(Step::Set(slot, how, self.node(value)?));
                }
                // What is put into must be nobody else's.
                let deep = self.changes?.is_deep(&name.name);
                return match how {
                    How::Plain => Some(Step::Set(slot, how, self.fresh(value, deep)?)),
                    _ => None,
                };
            }
            AssignmentTarget::StaticMemberExpression(to) if !to.optional => {
                (&to.object, field(&to.property.name)?)
            }
            AssignmentTarget::ComputedMemberExpression(to) if !to.optional => {
                (&to.object, self.node(&to.expression)?)
            }
            _ => return None,
        };
        let (place, deep) = self.place_of(object)?;
        let value = self.kept(value, deep)?;
        Some(Step::Put(place, key, how, value))
    }

    /// What an assignment makes of the old value and which one. `x = x || y` is `x ||= y`.
    fn how<'a, 'b>(&self, it: &'a AssignmentExpression<'b>) -> Option<(How, &'a Expression<'b>)> {
        let how = match it.operator {
            AssignmentOperator::Assign => match &it.right {
                Expression::LogicalExpression(right)
                    if self.text(right.left.span()) == self.text(it.left.span()) =>
                {
                    let how = match right.operator {
                        LogicalOperator::Or => How::Or,
                        LogicalOperator::Coalesce => How::Coalesce,
                        LogicalOperator::And => return None,
                    };
                    return Some((how, &right.right));
                }
                _ => How::Plain,
            },
            AssignmentOperator::Addition => How::With(Operator::Add),
            AssignmentOperator::Subtraction => How::With(Operator::Subtract),
            AssignmentOperator::Multiplication => How::With(Operator::Multiply),
            AssignmentOperator::Division => How::With(Operator::Divide),
            AssignmentOperator::LogicalOr => How::Or,
            AssignmentOperator::LogicalNullish => How::Coalesce,
            _ => return None,
        };
        Some((how, &it.right))
    }

    /// `x++` and `x--`, also of fields.
    fn update(&mut self, it: &UpdateExpression<'_>) -> Option<Step> {
        // Subtraction makes numbers of texts, as these do.
        let how = How::With(Operator::Subtract);
        let by: f64 = if it.operator == UpdateOperator::Increment { -1.0 } else { 1.0 };
        let by = Node::Constant(by.into());
        let (object, key) = match &it.argument {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => {
                let open = self.changes?.last(&name.name).is_some();
                let slot = self.variable(&name.name)?;
                return (!open).then_some(Step::Set(slot, how, by));
            }
            SimpleAssignmentTarget::StaticMemberExpression(to) if !to.optional => {
                (&to.object, field(&to.property.name)?)
            }
            SimpleAssignmentTarget::ComputedMemberExpression(to) if !to.optional => {
                (&to.object, self.node(&to.expression)?)
            }
            _ => return None,
        };
        Some(Step::Put(self.place_of(object)?.0, key, how, by))
    }

    /// A variable that may be assigned to.
    fn variable(&self, name: &str) -> Option<usize> {
        let local = self.local(name)?;
        if local.is_const || local.kind != Kind::Value { None } else { self.slot(name) }
    }

    /// What is put into: a variable or an entry of it; and whether entries of what is put there
    /// may be changed in their turn.
    fn place_of(&mut self, it: &Expression<'_>) -> Option<(Place, bool)> {
        let (object, entry) = match it {
            Expression::ParenthesizedExpression(it) => return self.place_of(&it.expression),
            Expression::Identifier(_) => (it, None),
            Expression::StaticMemberExpression(it) if !it.optional => {
                (&it.object, Some(field(&it.property.name)?))
            }
            Expression::ComputedMemberExpression(it) if !it.optional => {
                (&it.object, Some(self.node(&it.expression)?))
            }
            _ => return None,
        };
        let Expression::Identifier(name) = object else { return None };
        let slot = self.slot(&name.name)?;
        let deep = self.changes?.is_deep(&name.name) && entry.is_none();
        Some((Place { slot, entry }, deep))
    }

    /// A value that is put somewhere; `deep` when its entries may be changed there.
    fn kept(&mut self, it: &Expression<'_>, deep: bool) -> Option<Node> {
        match it {
            Expression::ParenthesizedExpression(it) => self.kept(&it.expression, deep),
            Expression::ArrayExpression(_) | Expression::ObjectExpression(_) => self.node(it),
            it if deep => Some(Node::Scalar(self.boxed(it)?)),
            it => self.node(it),
        }
    }

    fn text(&self, at: Span) -> &str {
        &self.source[at.start as usize..at.end as usize]
    }
}

/// The key of a field that may be put by its name.
fn field(name: &str) -> Option<Node> {
    if name == "length" || is_odd_field(name) { None } else { Some(Node::Constant(name.into())) }
}
