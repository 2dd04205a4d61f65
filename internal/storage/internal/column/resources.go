package column

import (
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
)

// Resources are kinds of records in one column.
func Resources(list []storage.Resource) string {
	words := make([]string, len(list))
	for i, r := range list {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}

// ParseResources reads what Resources wrote; nil for none.
func ParseResources(text string) (list []storage.Resource) {
	for word := range strings.FieldsSeq(text) {
		list = append(list, storage.Resource(word))
	}
	return list
}
