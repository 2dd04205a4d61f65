package intake

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/schema"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/table"
)

// All messages for people about files and fields. The number of the row is put before a message about a row.

func columnTwice(name string) error {
	return fmt.Errorf("column %q stands twice in the header: rename one of them, or leave both out with "+
		"--ignore '%[1]s'", name)
}

func targetTwice(target string) error {
	return fmt.Errorf("two columns are written to %q", target)
}

func noColumn(name string, columns []string) error {
	return fmt.Errorf("there is no column %q; the columns are %s", name, strings.Join(columns, ", "))
}

func noField() error {
	return errors.New("the name of a field is empty; a field is written as NAME=VALUE, one within another as " +
		"billing.email=VALUE")
}

func metaByPlace(path []string) error {
	return fmt.Errorf("%s is written by its key and not by its place: meta_data.KEY", strings.Join(path, "."))
}

func lineOutOfReach(n int) error {
	return fmt.Errorf("line %d is out of reach", n)
}

func noObject(name string, n int) error {
	return fmt.Errorf("%s.%d is not an object", name, n)
}

func noAssignment(assignment string) error {
	return fmt.Errorf("%q is not FIELD=VALUE", assignment)
}

func noRow(err error) error {
	return fmt.Errorf("must be a JSON object with the fields to write; %s", problem.Reason(err))
}

func noNumber(name string, raw json.RawMessage) error {
	return fmt.Errorf("%s: %s is not the number of a record", name, raw)
}

func otherNumber(name string, asked, id int64) error {
	return fmt.Errorf("%s: %d was asked for, the row says %d", name, asked, id)
}

func listNeverEnds(err error) error {
	return fmt.Errorf("the list does not end: %w", err)
}

func tableForJSON(err error) error {
	return fmt.Errorf("is not valid JSON (%s); if the file is a table, add --csv", problem.Reason(err))
}

func noJSON(err error) error {
	return fmt.Errorf("is not valid JSON: %s", problem.Reason(err))
}

func rowTooLong(limit int) error {
	return fmt.Errorf("is longer than %d bytes", limit)
}

func keyEmpty(column string) error {
	return fmt.Errorf("column %q is empty: with --key-column every row needs a value there", column)
}

func keyTwice(column, value string, row int) error {
	return fmt.Errorf("column %q has %q here and in row %d: with --key-column every row needs a value of its own",
		column, value, row)
}

func noPlainValue() error {
	return errors.New("is neither a text nor a number")
}

func noMapping(err error) error {
	return fmt.Errorf("is no mapping of columns: %w", err)
}

func severalMappings() error {
	return errors.New("there is more than one")
}

func noDecimal(decimal table.Decimal) error {
	return fmt.Errorf("--decimal: %q is not comma or point", decimal)
}

func noDates(dates table.Dates) error {
	return fmt.Errorf("--dates: %q is not dmy (31.12.2026), mdy (12/31/2026) or excel-1904", dates)
}

func mappedAndIgnored(name string) error {
	return fmt.Errorf("column %q is both mapped and ignored: do one", name)
}

func givenTwice(path string) error {
	return fmt.Errorf("%s is given twice: give it once", path)
}

func givenWithin(other, path string) error {
	return fmt.Errorf("%s and %s are given, and one is a part of the other: give the parts alone, or the "+
		"whole in a file", other, path)
}

func noPair(pair string) error {
	return fmt.Errorf("%q is not SKU=QUANTITY", pair)
}

func countedTwice(at int, name string, recordID int64) error {
	return fmt.Errorf("row %d counts the same product %s already", at, cmp.Or(name, strconv.FormatInt(recordID, 10)))
}

func noQuantity(text string) error {
	return fmt.Errorf("%q is not a quantity, like 12 or +5", text)
}

func fieldsOfItsOwn(path string, member *schema.Member) error {
	return fmt.Errorf("%s has fields of its own: write %s, or JSON", path, exampleOf(path, member))
}

func countIsChange(path, text string) error {
	return fmt.Errorf("%s is what was counted, and %s is a change: write the change to inventory_delta", path,
		text)
}

func entriesHaveFields(path string, member *schema.Member) error {
	return fmt.Errorf("%s is a list whose entries have fields of their own: write %s, or JSON", path,
		exampleOf(path+".0", member))
}

func listHasGap(path string) error {
	return fmt.Errorf("%[1]s is a list: its entries are %[1]s.0, %[1]s.1 and so on without a gap, or "+
		"%[1]s=A;B", path)
}

func noNumberInList(path, item string) error {
	return fmt.Errorf("%s: %q is not the number of a record; several are written as 20;21", path, item)
}

func wordForNothing(path, text string) error {
	return fmt.Errorf("%s: %s is a database's word for nothing. An empty cell leaves the field out, and %s= as a "+
		"flag clears it; if these letters are meant, write them in JSON", path, text, path)
}

func standsTwice(path string) error {
	return errors.New(path + " stands twice: one of the two values would be lost, so give it once")
}

// unmapped says which columns go nowhere, and how to send or leave out each.
func (o Options) unmapped(header, nowhere []string) error {
	fields, _ := schema.Of(string(o.Resource))
	var maps, ignores []string
	for _, name := range nowhere {
		hint := "FIELD"
		if near := fields.Suggest(strings.ReplaceAll(name, " ", "_")); near != "" {
			hint = near
		} else if path := usual[strings.ToLower(name)]; path != "" && o.Resource == storage.Orders {
			hint = path
		}
		maps = append(maps, fmt.Sprintf("--map '%s=%s'", name, hint))
		ignores = append(ignores, fmt.Sprintf("--ignore '%s'", name))
	}
	subject := fmt.Sprintf("column %q is not mapped and no field", nowhere[0])
	if len(nowhere) > 1 {
		subject = fmt.Sprintf("columns %q are not mapped and no fields", nowhere)
	}
	text := fmt.Sprintf("%s of %s: write with %s, or leave out with %s", subject,
		strings.ReplaceAll(string(o.Resource), "_", " "), strings.Join(maps, " "), strings.Join(ignores, " "))
	if len(nowhere) == len(header) {
		text += ". The first row must name the columns"
	}
	return errors.New(text)
}
