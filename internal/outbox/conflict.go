package outbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// volatile fields move without anybody having edited the record.
var volatile = []string{"date_modified", "date_modified_gmt", "_links", "version"}

// decision is what remains of an update after it was held against the store's current record.
type decision struct {
	body  json.RawMessage // what to send; nil for nothing
	park  *Reason         // a person must decide
	empty *Reason         // policy store left nothing to send
}

// decide holds an update against the record as the store has it now. Both are complete records; base may be nil.
//
// WooCommerce has no compare-and-set: between this look and the store's own read there remains a moment in which a
// foreign edit is overwritten in the fields the caller named, never in others, because only those are sent.
//
// own are our writes to the same record that were done since w was accepted: what they set is not somebody else's edit.
func decide(w Write, own []Write, current json.RawMessage) (decision, error) {
	want, err := leaves(w.Body)
	if err != nil {
		return decision{}, fmt.Errorf("outbox: body of write %s: %w", w.ID, err)
	}
	now, err := leaves(current)
	if err != nil {
		return decision{}, fmt.Errorf("outbox: record read for write %s: %w", w.ID, err)
	}
	if w.Base == nil || w.Policy == CallerWins {
		return decision{body: w.Body}, nil
	}
	base, err := leaves(w.Base)
	if err != nil {
		return decision{}, fmt.Errorf("outbox: base of write %s: %w", w.ID, err)
	}

	ours := map[string]json.RawMessage{}
	for _, o := range own {
		set, err := leaves(o.Body)
		if err != nil {
			return decision{}, fmt.Errorf("outbox: body of write %s: %w", o.ID, err)
		}
		maps.Copy(ours, set)
	}

	var clashing []string
	for _, path := range sortedKeys(want) {
		theirs, hadTheirs := now[path]
		before, hadBefore := base[path]
		moved := hadTheirs != hadBefore || hadTheirs && !same(theirs, before)
		agreed := hadTheirs && same(theirs, want[path])
		if mine, set := ours[path]; set && hadTheirs && same(theirs, mine) {
			agreed = true
		}
		if moved && !agreed {
			clashing = append(clashing, path)
		}
	}
	switch {
	case w.Policy == Reject && len(own) == 0: // after a write of ours totals and dates have moved too: then only fields count
		if changed := changedPaths(base, now); len(changed) > 0 {
			return decision{park: conflict(changed, current)}, nil
		}
	case len(clashing) == 0: // nobody else touched what this write touches
	case w.Policy == StoreWins:
		body, err := without(w.Body, clashing)
		if err != nil {
			return decision{}, err
		}
		if body == nil {
			return decision{empty: &Reason{Code: CodeStoreKept, Theirs: current,
				Message: fmt.Sprintf("%s had been changed on the store since it was read; its version was kept, as asked", strings.Join(clashing, ", "))}}, nil
		}
		return decision{body: body}, nil
	default:
		return decision{park: conflict(clashing, current)}, nil
	}
	return decision{body: w.Body}, nil
}

func conflict(paths []string, current json.RawMessage) *Reason {
	fields := make([]FieldError, len(paths))
	for i, p := range paths {
		fields[i] = FieldError{Field: p, Message: "changed on the store since the version this write is based on"}
	}
	return &Reason{Code: CodeConflict, Fields: fields, Theirs: current,
		Message: fmt.Sprintf("the store's record is not the one this write is based on (%s differs): compare both versions, then retry with the policy caller, store or merge, or discard", strings.Join(paths, ", "))}
}

// changedPaths names what differs between two versions of a record, volatile fields aside.
func changedPaths(before, after map[string]json.RawMessage) []string {
	changed := map[string]bool{}
	for path, value := range before {
		if other, ok := after[path]; !ok || !same(value, other) {
			changed[path] = true
		}
	}
	for path := range after {
		if _, ok := before[path]; !ok {
			changed[path] = true
		}
	}
	for path := range changed {
		for _, v := range volatile {
			if path == v || strings.HasPrefix(path, v+".") || strings.HasPrefix(path, v+"[") {
				delete(changed, path)
			}
		}
	}
	return sortedKeys(changed)
}

// without removes leaves from a body; nil when nothing remains.
func without(body json.RawMessage, paths []string) (json.RawMessage, error) {
	var tree map[string]any
	if err := unmarshalExact(body, &tree); err != nil {
		return nil, err
	}
	for _, path := range paths {
		name, rest := splitPath(path)
		if rest == "" {
			delete(tree, name)
			continue
		}
		if pruned := prune(tree[name], rest); pruned != nil {
			tree[name] = pruned
		} else {
			delete(tree, name)
		}
	}
	if len(tree) == 0 {
		return nil, nil
	}
	return json.Marshal(tree)
}

// prune removes the leaf at rest from a nested value and returns what is left, nil when that is nothing.
func prune(value any, rest string) any {
	switch v := value.(type) {
	case map[string]any:
		name, deeper := splitPath(strings.TrimPrefix(rest, "."))
		if deeper == "" {
			delete(v, name)
		} else if pruned := prune(v[name], deeper); pruned != nil {
			v[name] = pruned
		} else {
			delete(v, name)
		}
		if len(v) == 0 || len(v) == 1 && (v["id"] != nil || v["key"] != nil) {
			return nil
		}
		return v
	case []any:
		key, deeper, found := strings.Cut(strings.TrimPrefix(rest, "["), "]")
		if !found {
			return v
		}
		kept := v[:0]
		for _, item := range v {
			if o, ok := item.(map[string]any); ok && (fmt.Sprint(o["key"]) == key || fmt.Sprint(o["id"]) == key) {
				if item = prune(o, deeper); item == nil {
					continue
				}
			}
			kept = append(kept, item)
		}
		if len(kept) == 0 {
			return nil
		}
		return kept
	}
	return nil
}

// splitPath cuts "billing.city" into "billing" and ".city", "meta_data[a].value" into "meta_data" and "[a].value".
func splitPath(path string) (name, rest string) {
	if i := strings.IndexAny(path, ".["); i > 0 {
		return path[:i], path[i:]
	}
	return path, ""
}

// reflects says whether the store's record already has every value the write names and every line it adds: the answer
// to "did it take effect?" when its own answer was lost.
func reflects(w Write, current json.RawMessage) bool {
	want, err := leaves(w.Body)
	if err != nil {
		return false
	}
	now, err := leaves(current)
	if err != nil {
		return false
	}
	for path, value := range want {
		if strings.HasSuffix(path, ".set_paid") || path == "set_paid" {
			continue // an instruction, not a field; its effect is the payment date and the status
		}
		theirs, ok := now[path]
		if !ok && !absent(value) || ok && !same(theirs, value) {
			return false
		}
	}
	added, err := addsLines(w.Body)
	return err == nil && (!added || carriesLineMarker(current, w.ID))
}

// absent says whether a value asks for there being none: null, or an empty text.
func absent(raw json.RawMessage) bool {
	text, _ := scalar(raw)
	return text != nil && *text == ""
}
