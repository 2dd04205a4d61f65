package validate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/schema"
)

// members checks an object of a body, at every depth, against what WooCommerce takes there. seen are the objects at the
// same place in the record as the caller saw it: the entry with the same id first, then the others.
func (v *Violations) members(at, where string, known *schema.Member, o document.Object, seen []document.Object) {
	for _, name := range document.SortedKeys(o) {
		path, raw := at+name, o[name]
		if strings.ContainsAny(name, "[]") && !slices.Contains(v.Write.Allowed, path) {
			v.Add(path, "there is no such field in %s: %s", where, withoutBrackets(at, name, known))
			continue
		}
		if v.Insisted(path) {
			continue
		}
		member := known.Find(name)
		switch {
		case member == nil && shown(seen, name):
			// The store's answers have the member: a plugin added it, and may take it.
		case member == nil:
			v.unknown = append(v.unknown, UnknownMember{Path: path, where: where, suggest: known.Suggest(name)})
		case member.Computed:
			v.computed(path, member, raw, seen)
		case !member.TakenBy(v.Write.Version):
			v.unknown = append(v.unknown, UnknownMember{Path: path, where: where, since: member.Since,
				version: v.Write.Version})
		case member.OnCreate && v.Write.Action == intent.Update && !unchanged(seen, name, raw):
			v.Add(path, "is taken only when the record is created; the store would pass over it")
		default:
			v.value(path, member, raw, seen)
		}
	}
}

// withoutBrackets returns the name of a field that is written as in a web form ("billing[city]", "meta_data[0][key]").
// WooCommerce reads such names only in forms, and ignores them in JSON.
func withoutBrackets(at, name string, known *schema.Member) string {
	root, rest, _ := strings.Cut(name, "[")
	var form string
	switch member := known.Find(root); {
	case root == "meta_data":
		form = at + "meta_data.KEY"
	case member != nil && member.Kind != schema.Object && member.Kind != schema.List && member.Kind != schema.IDs &&
		member.Kind != schema.Texts:
		form = at + root
	default:
		form = at + root + "." + strings.Trim(strings.NewReplacer("][", ".", "[", ".", "]", "").Replace(rest), ".")
	}
	form = strings.TrimSuffix(strings.NewReplacer("[", ".", "]", "").Replace(form), ".")
	return fmt.Sprintf("write %s, or nest it in JSON; the store would pass over the brackets", form)
}

// computed refuses a member that the store ignores. A value that the store shows already does no harm: a caller who
// reads a record, changes a field and writes everything back does not mean the other fields.
func (v *Violations) computed(path string, member *schema.Member, raw json.RawMessage, seen []document.Object) {
	if unchanged(seen, member.Name, raw) {
		return
	}
	message := "is computed by the store, which would pass over it"
	if member.Remark != "" {
		message += ": " + member.Remark
	}
	v.Add(path, "%s", message)
}

// value checks that one value is of the kind that its member takes.
func (v *Violations) value(path string, member *schema.Member, raw json.RawMessage, seen []document.Object) {
	if document.Kind(raw) == 'n' {
		v.null(path, member)
		return
	}
	switch member.Kind {
	case schema.Object:
		v.object(path, member, raw, inside(seen, member.Name))
	case schema.List:
		v.entries(path, member, raw, inside(seen, member.Name))
	default:
		v.scalarValue(path, member, raw)
	}
}

func (v *Violations) object(path string, member *schema.Member, raw json.RawMessage, seen []document.Object) {
	o, err := document.Parse(raw)
	if err != nil || o == nil {
		v.Add(path, "must be an object")
		return
	}
	v.members(path+".", member.Name, member, o, seen)
}

func (v *Violations) entries(path string, member *schema.Member, raw json.RawMessage, seen []document.Object) {
	var entries []document.Object
	if json.Unmarshal(raw, &entries) != nil {
		v.Add(path, "must be a list of objects")
		return
	}
	for i, entry := range entries {
		at := fmt.Sprintf("%s[%d]", path, i)
		if entry == nil {
			v.Add(at, "must be an object")
			continue
		}
		if document.MergedLists[member.Name] && document.Number(entry, "id") != 0 && document.RemovesLine(entry) {
			continue // nothing of it is kept
		}
		v.members(at+".", member.Name, member, entry, alikeFirst(seen, entry))
		if member.Name == "meta_data" {
			v.metaEntry(at+".", entry)
		}
	}
}

// null refuses a null where the store ignores it.
func (v *Violations) null(path string, member *schema.Member) {
	if member.Null || member.EmptyIsNull {
		return
	}
	if member.Blank {
		v.Add(path, "cannot be cleared: the store passes over null")
		return
	}
	if document.MergedLists[member.Name] && member.Name != "meta_data" {
		v.Add(path, "null is passed over by the store: lines are removed one by one, by their id and quantity 0, or "+
			"null for name or method_id")
		return
	}
	v.Add(path, "null is passed over by the store: write %s to clear it", clearing(member))
}

// clearing returns the value that clears a member.
func clearing(member *schema.Member) string {
	if member.Name == "stock_quantity" {
		return "manage_stock false"
	}
	switch member.Kind {
	case schema.IDs, schema.Texts, schema.List:
		return "[]"
	case schema.Object:
		return "{}"
	case schema.Flag:
		return "false"
	case schema.Whole, schema.Count, schema.ID, schema.Number:
		return "0"
	}
	return `""`
}

// shown says whether one of the objects has a member.
func shown(seen []document.Object, name string) bool {
	for _, o := range seen {
		if _, there := o[name]; there {
			return true
		}
	}
	return false
}

// unchanged says whether a value is what the first of the objects shows.
func unchanged(seen []document.Object, name string, raw json.RawMessage) bool {
	if len(seen) == 0 || seen[0] == nil {
		return false
	}
	have, there := seen[0][name]
	return there && document.Same(raw, have)
}

// inside returns the objects below a member of the first of the objects: the member itself, or the entries of its list.
func inside(seen []document.Object, name string) []document.Object {
	if len(seen) == 0 || seen[0] == nil {
		return nil
	}
	raw := seen[0][name]
	if document.Kind(raw) == '{' {
		o, _ := document.Parse(raw)
		return []document.Object{o}
	}
	var entries []document.Object
	if document.Kind(raw) != '[' || json.Unmarshal(raw, &entries) != nil {
		return nil
	}
	return entries
}

// alikeFirst returns the objects with the entry that has the same id as entry in front; without such an entry nil is in
// front.
func alikeFirst(seen []document.Object, entry document.Object) []document.Object {
	out := append([]document.Object{nil}, seen...)
	if id := document.Number(entry, "id"); id != 0 {
		for _, o := range seen {
			if document.Number(o, "id") == id {
				out[0] = o
			}
		}
	}
	return out
}
