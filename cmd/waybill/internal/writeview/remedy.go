package writeview

import (
	"fmt"

	"github.com/waybillhq/waybill/internal/outbox"
)

// Said is a write whose reason names commands for what can be done about it.
func Said(w outbox.Write) outbox.Write {
	if w.Reason != nil {
		reason := *w.Reason
		reason.Message = outbox.Said(reason.Message, Command)
		w.Reason = &reason
	}
	return w
}

// AllSaid is Said of each of some writes.
func AllSaid(writes []outbox.Write) []outbox.Write {
	said := make([]outbox.Write, len(writes))
	for i, w := range writes {
		said[i] = Said(w)
	}
	return said
}

// Command is the command that does what a remedy says.
func Command(r outbox.Remedy) string {
	command := "waybill outbox " + r.Do
	switch r.Do {
	case "examine":
		command = "waybill doctor STORE"
		if r.Scope != "" {
			command += " --for " + r.Scope
		}
		return command
	case "role":
		return "waybill role --for orders:read,products:read,customers:read," + r.Scope
	case "restore":
		return fmt.Sprintf("waybill %s update STORE %d --set status=%s", r.Resource, r.Record, r.Status)
	}
	if r.Write != "" {
		command += " " + r.Write
	}
	if r.Record != 0 {
		command += fmt.Sprintf(" %d", r.Record)
	}
	return command
}
