package sink

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// Receipt is what a receiver says in its answer that it has.
type Receipt struct {
	// ID is the record's; 0 for the record of the message.
	ID int64
	// Reference is what the receiver calls it; empty where it does not say.
	Reference string
}

// ReceiptHeader is the header by which a receiver gives a receipt for the record of a message: its own reference.
const ReceiptHeader = "Waybill-Receipt"

// mostReceipts bounds what one answer may give.
const mostReceipts = 100

// receiptsOf reads the receipts in an answer: the header, and the member receipts of a JSON object. An answer that is
// none of this gives none; it is no failure, since the receiver has taken the message by its status.
func receiptsOf(header http.Header, body []byte) []Receipt {
	var given []Receipt
	if reference, there := header[ReceiptHeader]; there && len(reference) > 0 {
		given = append(given, Receipt{Reference: reference[0]})
	}
	var answer struct {
		Receipts []struct {
			ID        word `json:"id"`
			Reference word `json:"reference"`
		} `json:"receipts"`
	}
	if len(body) == 0 || json.Unmarshal(body, &answer) != nil {
		return given
	}
	for _, r := range answer.Receipts[:min(len(answer.Receipts), mostReceipts)] {
		id, err := strconv.ParseInt(strings.TrimSpace(string(r.ID)), 10, 64)
		if r.ID != "" && (err != nil || id <= 0) {
			continue // it names no record
		}
		given = append(given, Receipt{ID: id, Reference: string(r.Reference)})
	}
	return given
}

// word is a text or a number: systems write their numbers either way.
type word string

// UnmarshalJSON takes a text, a number or null.
func (w *word) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*w = word(text)
		return nil
	}
	var number json.Number
	err := json.Unmarshal(raw, &number)
	*w = word(number)
	return err
}
