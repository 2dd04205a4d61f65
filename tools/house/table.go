package house

import (
	"errors"
	"fmt"
	"strings"
)

// The table stands between these two lines of docs/ARCHITECTURE.md.
const (
	tableBegins = "<!-- rooms: drawn by go generate ./docs -->\n"
	tableEnds   = "<!-- end of rooms -->\n"
)

// Table is the table of all rooms: what each is for, and which rooms it knows.
func Table(rooms []Package) string {
	var b strings.Builder
	b.WriteString("| room | what it is for | knows |\n|---|---|---|\n")
	for _, room := range rooms {
		knows := "nothing of ours"
		if names := room.Knows(); len(names) > 0 {
			knows = "`" + strings.Join(names, "`, `") + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", room.Room(), strings.ReplaceAll(room.For(), "|", `\|`), knows)
	}
	return b.String()
}

// Between puts the table in its place on the page.
func Between(page, table string) (string, error) {
	before, rest, begins := strings.Cut(page, tableBegins)
	_, after, ends := strings.Cut(rest, tableEnds)
	if !begins || !ends {
		return "", errors.New("the page has no place for the table of rooms")
	}
	return before + tableBegins + "\n" + table + "\n" + tableEnds + after, nil
}
