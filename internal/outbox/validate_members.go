package outbox

import (
	"encoding/json"
	"fmt"

	"github.com/waybillhq/waybill/internal/schema"
)

// members holds an object of a body against what WooCommerce takes there, at every depth. seen are the objects that
// stand at the same place in the record as the caller saw it: the entry with the same id first, then its neighbours.
func (v *violations) members(at, where string, known *schema.Member, o object, seen []object) {
	for _, name := range sortedKeys(o) {
		path, raw := at+name, o[name]
		if v.insisted(path) {
			continue
		}
		member := known.Find(name)
		switch {
		case member == nil && shown(seen, name):
			// The store's answers have it: a plugin added it, and may take it.
		case member == nil:
			v.unknown = append(v.unknown, unknownMember{path: path, where: where, suggest: known.Suggest(name)})
		case member.Computed:
			v.computed(path, member, raw, seen)
		case !member.TakenBy(v.write.Version):
			v.unknown = append(v.unknown, unknownMember{path: path, where: where, since: member.Since,
				version: v.write.Version})
		case member.OnCreate && v.write.Action == Update && !unchanged(seen, name, raw):
			v.add(path, "is taken only when the record is created; the store would pass over it")
		default:
			v.value(path, member, raw, seen)
		}
	}
}

// computed refuses a member that the store passes over. One that is as the store shows it does no harm: who reads a
// record, changes a field and writes it back means nothing by it.
func (v *violations) computed(path string, member *schema.Member, raw json.RawMessage, seen []object) {
	if unchanged(seen, member.Name, raw) {
		return
	}
	message := "is computed by the store, which would pass over it"
	if member.Remark != "" {
		message += ": " + member.Remark
	}
	v.add(path, "%s", message)
}

// value holds one value against its kind.
func (v *violations) value(path string, member *schema.Member, raw json.RawMessage, seen []object) {
	if kindOf(raw) == 'n' {
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

func (v *violations) object(path string, member *schema.Member, raw json.RawMessage, seen []object) {
	o, err := parseObject(raw)
	if err != nil || o == nil {
		v.add(path, "must be an object")
		return
	}
	v.members(path+".", member.Name, member, o, seen)
}

func (v *violations) entries(path string, member *schema.Member, raw json.RawMessage, seen []object) {
	var entries []object
	if json.Unmarshal(raw, &entries) != nil {
		v.add(path, "must be a list of objects")
		return
	}
	for i, entry := range entries {
		at := fmt.Sprintf("%s[%d]", path, i)
		if entry == nil {
			v.add(at, "must be an object")
			continue
		}
		if mergedLists[member.Name] && numberIn(entry, "id") != 0 && removesLine(entry) {
			continue // nothing of it is kept
		}
		v.members(at+".", member.Name, member, entry, alikeFirst(seen, entry))
		if member.Name == "meta_data" {
			v.metaEntry(at+".", entry)
		}
	}
}

// null refuses a null where the store passes over it.
func (v *violations) null(path string, member *schema.Member) {
	if member.Null || member.EmptyIsNull {
		return
	}
	if member.Blank {
		v.add(path, "cannot be cleared: the store passes over null")
		return
	}
	v.add(path, "null is passed over by the store: write %s to clear it", clearing(member))
}

// clearing is what clears a member.
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
func shown(seen []object, name string) bool {
	for _, o := range seen {
		if _, there := o[name]; there {
			return true
		}
	}
	return false
}

// unchanged says whether a value is what the first of the objects shows.
func unchanged(seen []object, name string, raw json.RawMessage) bool {
	if len(seen) == 0 || seen[0] == nil {
		return false
	}
	have, there := seen[0][name]
	return there && same(raw, have)
}

// inside are the objects below a member of the first of the objects: itself, or the entries of its list.
func inside(seen []object, name string) []object {
	if len(seen) == 0 || seen[0] == nil {
		return nil
	}
	raw := seen[0][name]
	if kindOf(raw) == '{' {
		o, _ := parseObject(raw)
		return []object{o}
	}
	var entries []object
	if kindOf(raw) != '[' || json.Unmarshal(raw, &entries) != nil {
		return nil
	}
	return entries
}

// alikeFirst puts the entry with the same id before the others, or nothing in its place.
func alikeFirst(seen []object, entry object) []object {
	out := append([]object{nil}, seen...)
	if id := numberIn(entry, "id"); id != 0 {
		for _, o := range seen {
			if numberIn(o, "id") == id {
				out[0] = o
			}
		}
	}
	return out
}
