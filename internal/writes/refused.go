package writes

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox"
)

// refusedValue returns the field that a store refused and the refused value; empty when the refusal names none.
// WooCommerce names the field as a parameter, or only in its code: order_invalid_billing_email.
func refusedValue(w outbox.Write) (field, value string) {
	var body any
	if w.Reason == nil || json.Unmarshal(w.Body, &body) != nil {
		return "", ""
	}
	values := map[string]string{}
	texts("", body, values)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		named := slices.ContainsFunc(w.Reason.Fields, func(f outbox.FieldError) bool { return f.Field == name })
		inCode := strings.HasSuffix(w.Reason.Code, "_invalid_"+strings.ReplaceAll(name, ".", "_"))
		if named || inCode {
			if strings.Contains(name, "password") || strings.Contains(name, "secret") {
				return "", "" // must not be shown
			}
			return name, values[name]
		}
	}
	return "", ""
}

// texts collects the plain values of a body under their paths, such as billing.email.
func texts(path string, v any, into map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			texts(strings.TrimPrefix(path+"."+name, "."), member, into)
		}
	case string, float64, bool:
		into[path] = fmt.Sprint(v)
	}
}
