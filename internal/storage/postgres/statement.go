package postgres

import (
	"strconv"
	"strings"
	"time"
)

// condition collects the pieces of a WHERE clause. A ? in a piece stands for the next argument.
type condition struct {
	text []string
	args []any
}

func (c *condition) add(piece string, args ...any) {
	for _, arg := range args {
		c.args = append(c.args, arg)
		piece = strings.Replace(piece, "?", "$"+strconv.Itoa(len(c.args)), 1)
	}
	c.text = append(c.text, piece)
}

func (c *condition) String() string { return ` WHERE ` + strings.Join(c.text, ` AND `) }

// with is a copy of the condition with one more piece.
func (c *condition) with(piece string, args ...any) *condition {
	more := &condition{text: append([]string{}, c.text...), args: append([]any{}, c.args...)}
	more.add(piece, args...)
	return more
}

// limited is the LIMIT clause; empty for 0.
func limited(limit int) string {
	if limit <= 0 {
		return ""
	}
	return ` LIMIT ` + strconv.Itoa(limit)
}

func flag(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
