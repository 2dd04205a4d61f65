package outbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
)

// passedOver compares a store's answer with what was sent, so that "created" and "updated" are said only of what
// happened. An update without any effect is rejected. Otherwise the write is done, and its reason names what the store
// ignored.
func (b *Outbox) passedOver(w intent.Write, r request, record json.RawMessage) intent.Write {
	var fields []intent.FieldError
	all := false
	switch w.Action {
	case intent.Create:
		fields = compare.Shortfalls(w, record)
		for _, f := range compare.PassedOver(w, record) {
			if !slices.ContainsFunc(fields, func(g intent.FieldError) bool { return g.Field == f.Field }) {
				fields = append(fields, f)
			}
		}
	case intent.Update:
		fields, all = ignored(r, record)
	}
	kept := append(compare.KeptOthers(w, r.body, record), compare.StockOtherwise(w, record)...)
	kept = append(kept, compare.ReckonedAnew(w, r.current, record)...)
	kept = slices.DeleteFunc(kept, func(k intent.FieldError) bool {
		return slices.ContainsFunc(fields, func(f intent.FieldError) bool { return f.Field == k.Field })
	})
	if len(fields) == 0 {
		return compare.SaysKept(w, kept)
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Field
	}
	w.Reason = &intent.Reason{Code: intent.CodeIgnored, Status: http.StatusOK, Fields: fields,
		Message: fmt.Sprintf("the store took the request and passed over %s (%s)", strings.Join(names, ", "),
			fields[0].Message)}
	if all {
		w.State = intent.Rejected
		w.Reason.Message = fmt.Sprintf("the store took the request and changed nothing: it passed over %s (%s)",
			strings.Join(names, ", "), fields[0].Message)
	}
	return compare.SaysKept(w, kept)
}

// ignored names the fields of an update that the store left as they were, and returns whether these are all fields.
func ignored(r request, record json.RawMessage) (fields []intent.FieldError, all bool) {
	sent, err1 := document.Leaves(r.body)
	is, err2 := document.RecordLeaves(record)
	if err1 != nil || err2 != nil || r.current == nil {
		return nil, false
	}
	was, err := document.RecordLeaves(r.current)
	if err != nil {
		return nil, false
	}
	all = true
	for _, path := range document.SortedKeys(sent) {
		value := sent[path]
		have, there := is[path]
		before, thereBefore := was[path]
		text, _ := document.Scalar(value)
		switch {
		case slices.Contains(compare.WriteOnly, path), path == "set_paid", text == nil:
			all = false // no record shows it, or shows it in one value
		case compare.Holds(path, value, have, there), compare.Likeness(value, have) == compare.Akin:
			all = false
		case there != thereBefore, there && !document.Same(have, before):
			all = false // it changed to another value than was asked for: a plugin's doing
		case !there:
			all = false
			fields = append(fields, intent.FieldError{Field: path,
				Message: fmt.Sprintf("asked for %s, the store does not show it", value)})
		default:
			fields = append(fields, intent.FieldError{Field: path,
				Message: fmt.Sprintf("asked for %s, the store still has %s",
					value, have)})
		}
	}
	body, err := document.Parse(r.body)
	return fields, all && err == nil && len(intent.NewLinesOf(body)) == 0 && len(fields) > 0
}
