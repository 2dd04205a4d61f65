package woo

import (
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Order directions.
const (
	Ascending  = "asc"
	Descending = "desc"
)

// ListOptions are what nearly every list takes. Zero values are not sent; the store's default page size is 10.
type ListOptions struct {
	Page    int      `query:"page"`
	PerPage int      `query:"per_page"` // at most 100
	Offset  int      `query:"offset"`   // takes the place of Page
	Search  string   `query:"search"`
	Include []int64  `query:"include"`
	Exclude []int64  `query:"exclude"`
	Order   string   `query:"order"`   // Ascending or Descending
	OrderBy string   `query:"orderby"` // "id", "date", "modified", …
	Fields  []string `query:"_fields"` // only these fields; saves the store two thirds of the work for ids and dates
	Context string   `query:"context"` // "view" or "edit"

	// More is sent as it is, for arguments of extensions ("lang") and of newer versions.
	More url.Values
}

// DateRange selects by creation and change. The moments are sent in UTC together with dates_are_gmt, because the store
// otherwise compares them with its local clock (docs/woocommerce/lists.md#date-filter-local-time). All bounds are
// exclusive.
type DateRange struct {
	After          time.Time `query:"after"`
	Before         time.Time `query:"before"`
	ModifiedAfter  time.Time `query:"modified_after"`
	ModifiedBefore time.Time `query:"modified_before"`
}

var (
	timeType   = reflect.TypeFor[time.Time]()
	valuesType = reflect.TypeFor[url.Values]()
)

// encodeOptions writes an options struct as query arguments: fields with a query tag that are not zero. Lists are
// written with commas, which WordPress splits; that keeps addresses short and free of brackets, which OAuth signs
// oddly.
func encodeOptions(opts any) (url.Values, error) {
	out := url.Values{}
	if err := encodeInto(out, reflect.ValueOf(opts)); err != nil {
		return nil, err
	}
	return out, nil
}

func encodeInto(out url.Values, v reflect.Value) error {
	for i := range v.NumField() {
		sf, value := v.Type().Field(i), v.Field(i)
		name := sf.Tag.Get("query")
		switch {
		case sf.Anonymous:
			if err := encodeInto(out, value); err != nil {
				return err
			}
		case sf.Type == valuesType:
			for more, values := range value.Interface().(url.Values) {
				out[more] = append(out[more], values...)
			}
		case name == "" || value.IsZero():
		default:
			text, err := argument(value)
			if err != nil {
				return usageError("the option "+sf.Name+" cannot be sent", err)
			}
			out.Set(name, text)
			if sf.Type == timeType {
				out.Set("dates_are_gmt", "true")
			}
		}
	}
	return nil
}

func argument(v reflect.Value) (string, error) {
	switch value := v.Interface().(type) {
	case time.Time:
		return value.UTC().Format("2006-01-02T15:04:05Z"), nil
	case []string:
		for _, item := range value {
			if strings.ContainsAny(item, ", \t") {
				return "", usageReason(fmt.Sprintf("%q would be split at its comma or blank", item))
			}
		}
		return strings.Join(value, ","), nil
	case []int64:
		texts := make([]string, len(value))
		for i, n := range value {
			texts[i] = strconv.FormatInt(n, 10)
		}
		return strings.Join(texts, ","), nil
	case LocalTime:
		return value.String(), nil
	case Money:
		return value.String(), nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		return argument(v.Elem())
	case reflect.String:
		return v.String(), nil
	case reflect.Int, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), nil
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), nil
	}
	return "", usageReason("no way to write a " + v.Type().String())
}
