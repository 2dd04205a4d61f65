package recordview

import (
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/export"
)

// paintStatus colours the statuses everybody knows; others stay plain.
func paintStatus(t terminal.Terminal) func(string, string) string {
	return func(value, laidOut string) string {
		switch value {
		case "completed", "publish":
			return t.Good(laidOut)
		case "processing":
			return t.Accent(laidOut)
		case "pending", "on-hold", "draft", "private":
			return t.Warn(laidOut)
		case "failed", "cancelled", "refunded", "trash":
			return t.Bad(laidOut)
		}
		return laidOut
	}
}

// status is a record's status in its colour.
func status(t terminal.Terminal, f export.Fields) string {
	text := terminal.OneLine(text(f, "status"))
	return paintStatus(t)(text, text)
}

func faintly(t terminal.Terminal) func(string, string) string {
	return func(_, laidOut string) string { return t.Faint(laidOut) }
}
