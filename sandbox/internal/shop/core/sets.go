package core

import (
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// IDsJSON are ids as a list of an answer.
func IDsJSON(ids []int64) rest.List {
	list := make(rest.List, len(ids))
	for i, id := range ids {
		list[i] = id
	}
	return list
}

// KeySet is the set of the words of a text.
func KeySet(keys string) map[string]bool {
	set := map[string]bool{}
	for key := range strings.FieldsSeq(keys) {
		set[key] = true
	}
	return set
}

// IDSet is the set of some ids, nil for none.
func IDSet(ids []int64) map[int64]bool {
	if len(ids) == 0 {
		return nil
	}
	set := make(map[int64]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}
