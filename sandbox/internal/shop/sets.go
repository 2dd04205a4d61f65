package shop

import (
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// idsJSON are ids as a list of an answer.
func idsJSON(ids []int64) rest.List {
	list := make(rest.List, len(ids))
	for i, id := range ids {
		list[i] = id
	}
	return list
}

// keySet is the set of the words of a text.
func keySet(keys string) map[string]bool {
	set := map[string]bool{}
	for key := range strings.FieldsSeq(keys) {
		set[key] = true
	}
	return set
}

// idSet is the set of some ids, nil for none.
func idSet(ids []int64) map[int64]bool {
	if len(ids) == 0 {
		return nil
	}
	set := make(map[int64]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}
