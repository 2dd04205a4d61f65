package filter

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"github.com/waybillhq/waybill/internal/problem"
)

// Change is what an expression sees of a change.
type Change struct {
	Kind     string `expr:"kind"`
	Resource string `expr:"resource"`
	ID       int    `expr:"id"`
	ParentID int    `expr:"parent_id"`
	Store    string `expr:"store"`
	Origin   string `expr:"origin"`
	At       string `expr:"at"`
}

// environment is everything that an expression sees.
type environment struct {
	Change
	Record map[string]any `expr:"record"`
}

// Filter is a compiled expression. It is safe for concurrent use; nil lets everything through.
type Filter struct {
	program *vm.Program
	records bool
}

const (
	// mostText bounds an expression in bytes, mostNodes in its parts.
	mostText  = 2000
	mostNodes = 300
)

// functions are those that an expression may call: none takes longer than its arguments are long.
var functions = []string{"all", "none", "any", "one", "count", "len", "abs", "ceil", "floor", "round", "int", "float",
	"string", "trim", "upper", "lower", "hasPrefix", "hasSuffix", "indexOf", "max", "min", "first", "last", "get"}

// Compile compiles an expression; an empty one gives nil. The error is a problem of code input_invalid that says where
// the mistake is.
func Compile(text string) (*Filter, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	if len(text) > mostText {
		return nil, problem.New(problem.InputInvalid, "the filter is longer than %d characters", mostText).
			Next("Make it shorter, or let the receiver decide").Detail("filter", "is too long")
	}
	options := []expr.Option{expr.Env(environment{}), expr.AsBool(), expr.MaxNodes(mostNodes),
		expr.DisableAllBuiltins()}
	for _, name := range functions {
		options = append(options, expr.EnableBuiltin(name))
	}
	tree, err := parser.Parse(text)
	if err != nil {
		return nil, refused(err)
	}
	look := &look{}
	ast.Walk(&tree.Node, look)
	if look.why != "" {
		return nil, refused(errors.New(look.why))
	}
	program, err := expr.Compile(text, options...)
	if err != nil {
		return nil, refused(err)
	}
	return &Filter{program: program, records: look.records}, nil
}

// refused is the problem of an expression with a mistake.
func refused(err error) error {
	why := err.Error()
	if at, ok := errors.AsType[*file.Error](err); ok {
		why = at.Error()
	}
	return problem.Wrap(problem.InputInvalid, err, "the filter cannot be used: %s", why).
		Next(`It is an expression such as: record.status == "processing" && float(record.total) > 100`).
		Detail("filter", strings.SplitN(why, "\n", 2)[0])
}

// look finds what an expression must not do, and whether the expression looks at the record at all.
type look struct {
	records bool
	why     string
}

// Visit sees the children of a node before it.
func (l *look) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		l.records = l.records || n.Value == "record"
	case *ast.VariableDeclaratorNode:
		l.why = "it must not name values (let)"
	case *ast.BinaryNode:
		if n.Operator == ".." {
			l.why = "it must not make lists of numbers (..)"
		}
	case *ast.PredicateNode:
		// Inside the predicate of a list function another one may go only through a part of the element: else the work
		// multiplies.
		l.wholeWithin(n.Node)
	}
}

// wholeWithin refuses, below a node, a list function that goes through the whole record anew.
func (l *look) wholeWithin(below ast.Node) {
	inner := finder(func(n ast.Node) {
		call, ok := n.(*ast.BuiltinNode)
		if !ok || len(call.Arguments) < 2 {
			return
		}
		if _, predicate := call.Arguments[1].(*ast.PredicateNode); !predicate {
			return
		}
		ast.Walk(&call.Arguments[0], finder(func(n ast.Node) {
			if id, ok := n.(*ast.IdentifierNode); ok && id.Value == "record" {
				l.why = "a list inside another list must be part of its element, such as .meta_data"
			}
		}))
	})
	ast.Walk(&below, inner)
}

// finder is a visitor that sees every node.
type finder func(ast.Node)

// Visit sees a node.
func (f finder) Visit(node *ast.Node) { f(*node) }

// NeedsRecord says whether the expression looks at the record.
func (f *Filter) NeedsRecord() bool { return f != nil && f.records }

// Match says whether a change meets the expression. The record is nil where there is none. Why says why the expression
// could not be asked, which lets the change through; it is nil where the expression was asked.
func (f *Filter) Match(c Change, record json.RawMessage) (matches bool, why error) {
	if f == nil {
		return true, nil
	}
	env := environment{Change: c}
	if f.records && len(record) > 0 {
		if err := json.Unmarshal(record, &env.Record); err != nil {
			return true, errors.New("the record is no object")
		}
	}
	out, err := expr.Run(f.program, env)
	if err != nil {
		return true, err
	}
	yes, ok := out.(bool)
	return yes || !ok, nil
}
