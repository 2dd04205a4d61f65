package compare

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/storage"
)

// InTrash reports that a record lies in the trash.
func InTrash(record json.RawMessage) bool {
	o, err := document.Parse(record)
	return err == nil && document.Text(o, "status") == storage.StatusTrash
}

// ID is the id of a record, 0 of anything else.
func ID(record json.RawMessage) int64 {
	o, err := document.Parse(record)
	if err != nil {
		return 0
	}
	return document.Number(o, "id")
}
