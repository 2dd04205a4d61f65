package relocation

import (
	"fmt"
	"strconv"

	"github.com/waybillhq/waybill/internal/storage"
)

// written returns a key in the form in which a move saves it. The values of a key are numbers and text.
func written(key []any) []string {
	all := make([]string, len(key))
	for i, v := range key {
		all[i] = fmt.Sprint(v)
	}
	return all
}

// read returns a saved key with the types of its columns; nil when no key was saved.
func read(t storage.Table, kept []string) ([]any, error) {
	if kept == nil {
		return nil, nil
	}
	key := make([]any, len(kept))
	for i, text := range kept {
		if key[i] = text; t.Columns[i].Kind == storage.Integer {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("the place of the move in %s is damaged: %w", t.Name, err)
			}
			key[i] = n
		}
	}
	return key, nil
}
