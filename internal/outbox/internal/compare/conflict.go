package compare

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// volatile are fields that change without an edit of the record.
var volatile = []string{"date_modified", "date_modified_gmt", "_links", "version"}

// Decision is what remains of an update after a comparison with the store's present record.
type Decision struct {
	Body  json.RawMessage // what to send; nil for nothing
	Park  *intent.Reason  // why a person must decide; nil when no one must
	Empty *intent.Reason  // why policy store left nothing to send; nil otherwise
}

// Decide compares an update, by its base and its body, with the record as the store has it now. The base and current
// are complete records; the base may be nil.
//
// WooCommerce has no compare-and-set. A foreign edit between this look and the store's own read is overwritten in the
// fields that the caller named, and in no others, because only those are sent.
//
// The policy "caller" is not applied to a write whose answer was lost: the record may be what the shop made of that
// write.
//
// own are our writes to the same record that were done since w was accepted. A value that one of them set is no foreign
// edit.
func Decide(w intent.Write, own []intent.Write, current json.RawMessage) (Decision, error) {
	want, err := document.Leaves(w.Body)
	if err != nil {
		return Decision{}, fmt.Errorf("outbox: body of write %s: %w", w.ID, err)
	}
	now, err := document.RecordLeaves(current)
	if err != nil {
		return Decision{}, fmt.Errorf("outbox: record read for write %s: %w", w.ID, err)
	}
	if w.Base == nil || w.Policy == intent.CallerWins && w.Lost == 0 {
		return Decision{Body: w.Body}, nil
	}
	base, err := document.RecordLeaves(w.Base)
	if err != nil {
		return Decision{}, fmt.Errorf("outbox: base of write %s: %w", w.ID, err)
	}

	ours := map[string]json.RawMessage{}
	for _, o := range own {
		set, err := document.Leaves(o.Body)
		if err != nil {
			return Decision{}, fmt.Errorf("outbox: body of write %s: %w", o.ID, err)
		}
		maps.Copy(ours, set)
	}

	var clashing []string
	for _, path := range document.SortedKeys(want) {
		theirs, hadTheirs := now[path]
		before, hadBefore := base[path]
		moved := hadTheirs != hadBefore || hadTheirs && !document.Same(theirs, before)
		agreed := Holds(path, want[path], theirs, hadTheirs)
		if w.Lost > 0 && document.Alike(want[path], theirs) {
			agreed = true // as the store writes the text, with tags for lines and blanks
		}
		if mine, set := ours[path]; set && Holds(path, mine, theirs, hadTheirs) {
			agreed = true
		}
		if moved && !agreed && !intent.Wins(w, path) {
			clashing = append(clashing, path)
		}
	}
	switch {
	// our write has moved totals and dates too, so only fields are compared then
	case w.Policy == intent.Reject && len(own) == 0:
		if changed := changedPaths(base, now); len(changed) > 0 {
			return Decision{Park: conflict(changed, current)}, nil
		}
	case len(clashing) == 0: // no foreign edit touched what this write touches
	case w.Policy == intent.StoreWins:
		body, err := without(w.Body, clashing)
		if err != nil {
			return Decision{}, err
		}
		if body == nil {
			return Decision{Empty: &intent.Reason{Code: intent.CodeStoreKept, Theirs: current,
				Message: fmt.Sprintf("%s had been changed on the store since it was read; its version was kept, as "+
					"asked", strings.Join(clashing, ", "))}}, nil
		}
		return Decision{Body: body}, nil
	default:
		return Decision{Park: conflict(clashing, current)}, nil
	}
	return Decision{Body: w.Body}, nil
}

func conflict(paths []string, current json.RawMessage) *intent.Reason {
	fields := make([]intent.FieldError, len(paths))
	for i, p := range paths {
		fields[i] = intent.FieldError{
			Field:   p,
			Message: "changed on the store since the version this write is based on",
		}
	}
	return &intent.Reason{Code: intent.CodeConflict, Fields: fields, Theirs: current,
		Message: fmt.Sprintf("the store's record is not the one this write is based on (%s differs): compare both "+
			"versions, then retry with the policy caller, store or merge, or discard", strings.Join(paths, ", "))}
}

// changedPaths returns the paths at which two versions of a record differ, without volatile fields.
func changedPaths(before, after map[string]json.RawMessage) []string {
	changed := map[string]bool{}
	for path, value := range before {
		if other, ok := after[path]; !ok || !document.Same(value, other) {
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
			delete(changed, path) // its leaf by key is enough
			continue
		}
		// A line that came or went is named once. A line that changed is named by what changed in it.
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
	return document.SortedKeys(changed)
}

// rootOf returns the field of the record with which a path begins.
func rootOf(path string) string {
	name, _ := splitPath(path)
	return name
}

// without returns a body without the leaves at some paths; nil when nothing remains.
func without(body json.RawMessage, paths []string) (json.RawMessage, error) {
	var tree map[string]any
	if err := document.Unmarshal(body, &tree); err != nil {
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

// prune removes the leaf at rest from a nested value and returns what is left; nil when nothing is.
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
					continue // the whole entry
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

// splitPath splits "billing.city" into "billing" and ".city", and "meta_data[a]" into "meta_data" and "[a]".
func splitPath(path string) (name, rest string) {
	if i := strings.IndexAny(path, ".["); i > 0 {
		return path[:i], path[i:]
	}
	return path, ""
}

// WriteOnly are the members of a body that no record shows. (set_paid shows as the date of payment.)
var WriteOnly = []string{"password", "secret", "api_refund", "api_restock"}

// Reflects says whether the store's record has every value that the write names and every line that it adds. After a
// lost answer this shows that the write took effect. A body with nothing to compare returns false: sending it again
// does no harm.
func Reflects(w intent.Write, current json.RawMessage, marksTaken bool) bool {
	want, err := document.Leaves(w.Body)
	if err != nil {
		return false
	}
	now, err := document.RecordLeaves(current)
	if err != nil {
		return false
	}
	record, err := document.Parse(current)
	if err != nil {
		return false
	}
	compared := 0
	for path, value := range want {
		if slices.Contains(WriteOnly, path) {
			continue
		}
		if holds, known := holdsPictures(w, path, value, record); known {
			if !holds {
				return false
			}
			compared++
			continue
		}
		if path == "set_paid" {
			if string(value) == "true" && document.Absent(now["date_paid"]) {
				return false
			}
			compared++
			continue
		}
		theirs, ok := now[path]
		if !Holds(path, value, theirs, ok) {
			return false
		}
		compared++
	}
	added := intent.AddsLines(w.Body)
	if w.Action == intent.Update && added {
		if left, doubtful := LineStates(w, current, marksTaken); len(left)+len(doubtful) > 0 {
			return false
		}
	}
	if w.Action == intent.Update && w.Resource == storage.Orders && MissingCoupons(w, current) {
		return false
	}
	if w.Action == intent.Create {
		body, err := document.Parse(w.Body)
		if err != nil {
			return false
		}
		if _, missing := matchLines(body, record); len(missing) > 0 {
			return false
		}
	}
	return added || compared > 0
}

// Holds says whether the store has the wanted value at a path; a wanted null or empty text means no value. Values of
// meta data must be equal in every part, because the store keeps them as they were sent.
func Holds(path string, want, have json.RawMessage, there bool) bool {
	switch {
	case !there:
		return document.Absent(want)
	case strings.HasSuffix(path, "tax_class") && document.AllText(want) == "standard" && document.Absent(have):
		return true // the store shows the standard class without a name
	case strings.HasSuffix(path, "]") && strings.Contains(path, "meta_data["):
		return document.Same(want, have)
	default:
		return document.Covers(want, have) || rounds(want, have)
	}
}

// rounds says whether the shown amount is the wanted one, rounded to the shop's decimals.
func rounds(want, have json.RawMessage) bool {
	shown := document.AllText(have)
	w, ok1 := document.Decimal(want)
	h, ok2 := document.Decimal(have)
	return ok1 && ok2 && strings.Contains(shown, ".") && w.Round(document.Decimals(shown)).Equal(h)
}
