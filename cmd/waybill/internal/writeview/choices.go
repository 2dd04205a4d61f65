package writeview

import (
	"strings"

	"github.com/waybillhq/waybill/internal/outbox"
)

// Choices name the records that may be what a write has made already, each with the command that takes it for that.
// They come first where a person decides: sending again would make the thing twice. Empty where there are none.
func Choices(w outbox.Write, store string) string {
	var text strings.Builder
	if w.Reason == nil {
		return ""
	}
	for _, r := range outbox.Remedies(w.Reason.Message) {
		if r.Do != "adopt" {
			continue
		}
		if r.Write == "" {
			r.Write = w.ID
		}
		text.WriteString("If it is there already, take that: " + Command(r, store) + ". ")
	}
	return text.String()
}
