package compare

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/storage"
)

// InTrash says whether a record is in the trash.
func InTrash(record json.RawMessage) bool {
	o, err := document.Parse(record)
	return err == nil && document.Text(o, "status") == storage.StatusTrash
}

// ID returns the id of a record; 0 for any other text.
func ID(record json.RawMessage) int64 {
	o, err := document.Parse(record)
	if err != nil {
		return 0
	}
	return document.Number(o, "id")
}
