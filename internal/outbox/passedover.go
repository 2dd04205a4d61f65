package outbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// passedOver compares a store's answer with what was sent, so that "created" and "updated" are said only of what
// happened. An update of which nothing came about is rejected; otherwise the write is done, and says what the store
// passed over.
func (b *Outbox) passedOver(w Write, r request, record json.RawMessage) Write {
	var fields []FieldError
	all := false
	switch w.Action {
	case Create:
		fields = shortfalls(w, record)
	case Update:
		fields, all = ignored(r, record)
	}
	kept := keptOthers(w, r.body, record)
	kept = slices.DeleteFunc(kept, func(k FieldError) bool {
		return slices.ContainsFunc(fields, func(f FieldError) bool { return f.Field == k.Field })
	})
	if len(fields) == 0 {
		return w.saysKept(kept)
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Field
	}
	w.Reason = &Reason{Code: CodeIgnored, Status: http.StatusOK, Fields: fields,
		Message: fmt.Sprintf("the store took the request and passed over %s (%s)", strings.Join(names, ", "),
			fields[0].Message)}
	if all {
		w.State = Rejected
		w.Reason.Message = fmt.Sprintf("the store took the request and changed nothing: it passed over %s (%s)",
			strings.Join(names, ", "), fields[0].Message)
	}
	return w.saysKept(kept)
}

// ignored names the fields of an update that the store left as they were, and says whether that is all of them.
func ignored(r request, record json.RawMessage) (fields []FieldError, all bool) {
	sent, err1 := leaves(r.body)
	is, err2 := recordLeaves(record)
	if err1 != nil || err2 != nil || r.current == nil {
		return nil, false
	}
	was, err := recordLeaves(r.current)
	if err != nil {
		return nil, false
	}
	all = true
	for _, path := range sortedKeys(sent) {
		value := sent[path]
		have, there := is[path]
		before, thereBefore := was[path]
		text, _ := scalar(value)
		switch {
		case slices.Contains(writeOnly, path), path == "set_paid", text == nil:
			all = false // no record shows it, or not in one value
		case holds(path, value, have, there), likeness(value, have) == akin:
			all = false
		case there != thereBefore, there && !same(have, before):
			all = false // it moved, if not to what was asked for: a plugin's doing
		case !there:
			all = false
			fields = append(fields, FieldError{Field: path,
				Message: fmt.Sprintf("asked for %s, the store does not show it", value)})
		default:
			fields = append(fields, FieldError{Field: path, Message: fmt.Sprintf("asked for %s, the store still has %s",
				value, have)})
		}
	}
	body, err := parseObject(r.body)
	return fields, all && err == nil && len(newLinesOf(body)) == 0 && len(fields) > 0
}
