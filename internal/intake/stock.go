package intake

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// Quantities makes writes of pairs such as MUG-1=12 or MUG-1=+5. The part before the last = is a SKU. The part after it
// sets the stock, or changes it when it has a sign. With several pairs key gets "#1", "#2", … added.
func Quantities(pairs []string, key string) ([]Row, error) {
	rows := make([]Row, len(pairs))
	for i, pair := range pairs {
		at := strings.LastIndex(pair, "=")
		if at <= 0 {
			return nil, noPair(pair)
		}
		body, err := quantity(pair[at+1:])
		if err != nil {
			return nil, fmt.Errorf("%q: %w", pair[:at], err)
		}
		rows[i] = Row{
			Name:  pair[:at],
			Write: outbox.Write{Action: outbox.Update, Resource: storage.Products, Body: body},
		}
		if key != "" && len(pairs) > 1 {
			rows[i].Key = KeyOf(key, i, len(pairs))
		}
	}
	return rows, nil
}

// MissingField says that a row lacks a field which it must have.
type MissingField struct {
	Row   int // 1 is the first row of data
	Field string
}

func (e *MissingField) Error() string { return fmt.Sprintf("row %d: %s is missing", e.Row, e.Field) }

// ManageStock completes rows that set or change the stock of products. It switches stock management on for those that
// set a quantity: without it the store takes the quantity and ignores it
// (docs/woocommerce/catalogue.md#stock-not-managed). The error is a *MissingField where a row names no product or no
// quantity.
func ManageStock(rows []Row) error {
	for i := range rows {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(rows[i].Body, &fields); err != nil {
			return err
		}
		if rows[i].Name == "" && rows[i].RecordID == 0 {
			return &MissingField{Row: i + 1, Field: "sku"}
		}
		if fields["stock_quantity"] == nil && fields["inventory_delta"] == nil {
			return &MissingField{Row: i + 1, Field: "stock_quantity"}
		}
		if fields["manage_stock"] == nil && fields["inventory_delta"] == nil {
			fields["manage_stock"] = json.RawMessage("true")
		}
		body, err := json.Marshal(fields)
		if err != nil {
			return err
		}
		rows[i].Body = body
	}
	return nil
}

// OneCountEach refuses rows that count one product twice, as the two shelves of an article do: a person must say
// whether one of them is meant, or their sum. Changes by a number are not refused, because they add up.
func OneCountEach(rows []Row) error {
	first := map[string]int{}
	for i, row := range rows {
		var fields struct {
			Counted json.RawMessage `json:"stock_quantity"`
		}
		if err := json.Unmarshal(row.Body, &fields); err != nil || fields.Counted == nil {
			continue // another check refuses what is no object
		}
		of := fmt.Sprintf("%d of %d", row.RecordID, row.ParentID)
		if row.Name != "" {
			of = strings.ToLower(row.Name)
		}
		if at, twice := first[of]; twice {
			return &RowError{Row: i + 1, Err: countedTwice(at, row.Name, row.RecordID)}
		}
		first[of] = i + 1
	}
	return nil
}

var quantityText = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?$`)

// quantity returns the body of a write that sets a quantity, or changes it when the text has a sign. Digits stay as
// they were typed.
func quantity(text string) (json.RawMessage, error) {
	if !quantityText.MatchString(text) {
		return nil, noQuantity(text)
	}
	digits := strings.TrimLeft(strings.TrimLeft(text, "+-"), "0")
	if digits == "" || digits[0] == '.' {
		digits = "0" + digits
	}
	if text[0] == '-' {
		digits = "-" + digits
	}
	if text[0] == '-' || text[0] == '+' {
		return json.Marshal(map[string]any{"inventory_delta": json.Number(digits)})
	}
	return json.Marshal(map[string]any{"manage_stock": true, "stock_quantity": json.Number(digits)})
}
