package column

import "strings"

// Words are words without blanks in one column, such as kinds of records.
func Words[W ~string](list []W) string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return strings.Join(words, " ")
}

// ParseWords reads what Words wrote; nil for none.
func ParseWords[W ~string](text string) (list []W) {
	for word := range strings.FieldsSeq(text) {
		list = append(list, W(word))
	}
	return list
}
