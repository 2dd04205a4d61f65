package column

import "strings"

// Words writes words into one column, with a blank between them. The words must hold no blank.
func Words[W ~string](list []W) string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return strings.Join(words, " ")
}

// ParseWords reads the form of Words; nil for an empty text.
func ParseWords[W ~string](text string) (list []W) {
	for word := range strings.FieldsSeq(text) {
		list = append(list, W(word))
	}
	return list
}
