package outbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
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
	now, err := recordLeaves(current)
	if err != nil {
		return decision{}, fmt.Errorf("outbox: record read for write %s: %w", w.ID, err)
	}
	if w.Base == nil || w.Policy == CallerWins {
		return decision{body: w.Body}, nil
	}
	base, err := recordLeaves(w.Base)
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
		agreed := holds(path, want[path], theirs, hadTheirs)
		if mine, set := ours[path]; set && holds(path, mine, theirs, hadTheirs) {
			agreed = true
		}
		if moved && !agreed && !w.wins(path) {
			clashing = append(clashing, path)
		}
	}
	switch {
	// after a write of ours totals and dates have moved too: then only fields count
	case w.Policy == Reject && len(own) == 0:
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
				Message: fmt.Sprintf("%s had been changed on the store since it was read; its version was kept, as "+
					"asked", strings.Join(clashing, ", "))}}, nil
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
		Message: fmt.Sprintf("the store's record is not the one this write is based on (%s differs): compare both "+
			"versions, then retry with the policy caller, store or merge, or discard", strings.Join(paths, ", "))}
}

// changedPaths names what differs between two versions of a record taken apart, volatile fields aside.
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
		if strings.Contains(path, "[#") || slices.Contains(volatile, rootOf(path)) {
			delete(changed, path) // by key is enough
			continue
		}
		// A line that came or went is named once, one that changed by what changed in it.
		line, _, inLine := strings.Cut(path, "].")
		if line += "]"; inLine && changed[line] {
			_, was := before[line]
			_, is := after[line]
			if was && is {
				delete(changed, line)
			} else {
				delete(changed, path)
			}
		}
	}
	return sortedKeys(changed)
}

// rootOf is the field of the record that a path begins with.
func rootOf(path string) string {
	name, _ := splitPath(path)
	return name
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
		if pruned := prune(v[name], deeper); deeper != "" && pruned != nil {
			v[name] = pruned
		} else {
			delete(v, name)
		}
		for name := range v {
			if name != "id" && name != "key" {
				return v
			}
		}
	case []any:
		key, deeper, found := strings.Cut(strings.TrimPrefix(rest, "["), "]")
		if !found {
			return v
		}
		kept := v[:0]
		for _, item := range v {
			o, ok := item.(map[string]any)
			if ok && (fmt.Sprint(o["key"]) == key || fmt.Sprint(o["id"]) == strings.TrimPrefix(key, "#")) {
				if deeper == "" {
					continue // the entry itself
				}
				if item = prune(o, deeper); item == nil {
					continue
				}
			}
			kept = append(kept, item)
		}
		if len(kept) > 0 {
			return kept
		}
	}
	return nil
}

// splitPath cuts "billing.city" into "billing" and ".city", "meta_data[a]" into "meta_data" and "[a]".
func splitPath(path string) (name, rest string) {
	if i := strings.IndexAny(path, ".["); i > 0 {
		return path[:i], path[i:]
	}
	return path, ""
}

// writeOnly are members of a body that no record shows. set_paid shows as the date of payment.
var writeOnly = []string{"password", "secret", "api_refund", "api_restock"}

// reflects says whether the store's record already has every value the write names and every line it adds: the answer
// to "did it take effect?" when its own answer was lost. A body that leaves nothing to compare proves nothing: it is
// sent again, which does no harm to what it sets.
func reflects(w Write, current json.RawMessage, marksTaken bool) bool {
	want, err := leaves(w.Body)
	if err != nil {
		return false
	}
	now, err := recordLeaves(current)
	if err != nil {
		return false
	}
	compared := 0
	for path, value := range want {
		if slices.Contains(writeOnly, path) {
			continue
		}
		if path == "set_paid" {
			if string(value) == "true" && absent(now["date_paid"]) {
				return false
			}
			compared++
			continue
		}
		theirs, ok := now[path]
		if !holds(path, value, theirs, ok) {
			return false
		}
		compared++
	}
	added := addsLines(w.Body)
	if w.Action == Update && added {
		if left, doubtful := lineStates(w, current, marksTaken); len(left)+len(doubtful) > 0 {
			return false
		}
	}
	if w.Action == Create {
		body, err1 := parseObject(w.Body)
		record, err2 := parseObject(current)
		if err1 != nil || err2 != nil {
			return false
		}
		if _, missing := matchLines(body, record); len(missing) > 0 {
			return false
		}
	}
	return added || compared > 0
}

// holds says whether the store has the value that is wanted at a path, which for null and the empty text is none. The
// value of meta data is the caller's own and is kept as it is, all of it.
func holds(path string, want, have json.RawMessage, there bool) bool {
	switch {
	case !there:
		return absent(want)
	case strings.HasSuffix(path, "tax_class") && allText(want) == "standard" && absent(have):
		return true // the standard class has no name in the store
	case strings.HasSuffix(path, "]") && strings.Contains(path, "meta_data["):
		return same(want, have)
	default:
		return covers(want, have) || rounds(want, have)
	}
}

// rounds says whether an amount is shown as it was asked for, rounded to the shop's decimals.
func rounds(want, have json.RawMessage) bool {
	shown := allText(have)
	w, ok1 := decimalOf(want)
	h, ok2 := decimalOf(have)
	return ok1 && ok2 && strings.Contains(shown, ".") && w.Round(decimalsOf(shown)).Equal(h)
}

// absent says whether a value asks for there being none: null, or an empty text.
func absent(raw json.RawMessage) bool {
	text, _ := scalar(raw)
	return text != nil && *text == ""
}
