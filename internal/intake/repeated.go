package intake

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Repeat is a value that looks like the reference of an order and stands in several rows of one input.
type Repeat struct {
	Field string // "meta_data.erp_number"
	Value string
	Rows  []int // 1 is the first row of data
}

// referenceName is how fields are called that hold a number of the caller's own: "order_no", "Invoice", "extRef".
var referenceName = regexp.MustCompile(
	`(?i:(^|[^a-z])(number|num|nr|no|id|ref|reference|order|invoice|erp)$)|[a-z](Number|Nr|No|Id|ID|Ref|Reference)$|(?i:order)(?i:number|no|nr|id|ref)$`)

// commonName is how fields are called whose number many orders have in common.
var commonName = regexp.MustCompile(`(?i)customer|client|user|channel|warehouse|store|shop|vat|tax`)

// Repeated finds the first reference that several rows carry. Such rows are often the lines of one order, and each
// becomes an order of its own.
func Repeated(rows []Row) (Repeat, bool) {
	seen := map[[2]string][]int{}
	var first [2]string
	for i, row := range rows {
		for _, ref := range references(row.Body) {
			seen[ref] = append(seen[ref], i+1)
			if len(seen[ref]) == 2 && first[0] == "" {
				first = ref
			}
		}
	}
	return Repeat{Field: first[0], Value: first[1], Rows: seen[first]}, first[0] != ""
}

// references are the fields of an order that look like a number of the caller's own, each with its value.
func references(body json.RawMessage) [][2]string {
	var order struct {
		Transaction any `json:"transaction_id"`
		Meta        []struct {
			Key   string `json:"key"`
			Value any    `json:"value"`
		} `json:"meta_data"`
	}
	if json.Unmarshal(body, &order) != nil {
		return nil // what is wrong with it is said when it is accepted
	}
	var list [][2]string
	add := func(field string, value any) {
		switch value.(type) {
		case string, float64:
			if text := strings.TrimSpace(fmt.Sprint(value)); text != "" {
				list = append(list, [2]string{field, text})
			}
		}
	}
	add("transaction_id", order.Transaction)
	for _, entry := range order.Meta {
		if referenceName.MatchString(entry.Key) && !commonName.MatchString(entry.Key) {
			add("meta_data."+entry.Key, entry.Value)
		}
	}
	return list
}
