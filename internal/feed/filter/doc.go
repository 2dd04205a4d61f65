// Package filter decides by an expression which changes somebody gets.
//
// The language is that of expr (github.com/expr-lang/expr). It cannot loop, write, or call anything but a few functions
// on texts, numbers and lists, so that an expression of anybody may be run: it takes time in proportion to the record.
// An expression sees the change (kind, resource, id, store, origin, at) and the record as the mirror holds it (record;
// nil when it is gone).
//
//   - An expression with a mistake is refused when it is compiled, and the error says where the mistake is.
//
//   - One that fails on a record (a number compared with a text, a member of nothing) lets the change through: an event
//     too many is seen, one too few is not.
//
//     f, err := filter.Compile(`record.status == "processing" && float(record.total) > 100`)
//     matches, why := f.Match(filter.Change{Kind: "created"}, raw)
package filter
