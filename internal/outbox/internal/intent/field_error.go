package intent

import (
	"fmt"
	"strings"
)

// ListFields puts faults into a sentence: the first few fields, and the number of the others.
func ListFields(fields []FieldError) string {
	const few = 3
	parts := make([]string, 0, few)
	for _, f := range fields[:min(few, len(fields))] {
		parts = append(parts, f.Field+" "+f.Message)
	}
	text := strings.Join(parts, "; ")
	if more := len(fields) - few; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}
