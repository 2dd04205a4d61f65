package intake

import (
	"fmt"
	"slices"
	"strings"
)

// apart says which two of the paths write the same field, or one a part of what the other writes whole: one of the two
// values would be lost.
func apart(paths []string) error {
	for i, path := range paths {
		if path == "" {
			continue
		}
		for _, other := range paths[:i] {
			if other != "" && (within(path, other) || within(other, path)) {
				if path == other {
					return fmt.Errorf("%s is given twice: give it once", path)
				}
				return fmt.Errorf("%s and %s are given, and one is a part of the other: give the parts alone, or the "+
					"whole in a file", other, path)
			}
		}
	}
	return nil
}

// within says whether a path is another one, or leads into it.
func within(path, whole string) bool {
	a, b := parts(path), parts(whole)
	return len(a) >= len(b) && slices.Equal(a[:len(b)], b)
}

// parts takes a path apart. Behind meta_data stands a key, which may have points of its own.
func parts(path string) []string {
	list := strings.Split(path, ".")
	if i := slices.Index(list, "meta_data"); i >= 0 && i+2 < len(list) {
		list = append(list[:i+1:i+1], strings.Join(list[i+1:], "."))
	}
	return list
}
