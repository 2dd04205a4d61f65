package hint

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/internal/problem"
)

// blank refuses what is blank on a command line: mostly a variable of a script that was not set. Taken for left out, a
// blank store would mean the only one there is, a blank time all times, and a blank scope all that is usual.
func blank(cmd *cobra.Command, args []string) error {
	for _, arg := range args {
		if strings.TrimSpace(arg) == "" {
			return problem.New(problem.Usage, "%s was given a blank word: %s", cmd.CommandPath(), quoted(args)).
				Next("Is a variable of your script not set? Usage: %s", cmd.UseLine())
		}
	}
	var err error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if err == nil && holdsBlank(f.Value) {
			err = problem.New(problem.Usage, "--%s was given, and its value is blank", f.Name).
				Next("Is a variable of your script not set? Leave --%s out, or give it a value: %s --help", f.Name,
					cmd.CommandPath())
		}
	})
	return err
}

func holdsBlank(v pflag.Value) bool {
	isBlank := func(s string) bool { return strings.TrimSpace(s) == "" }
	if list, ok := v.(pflag.SliceValue); ok {
		values := list.GetSlice()
		return len(values) == 0 || slices.ContainsFunc(values, isBlank)
	}
	return v.Type() == "string" && isBlank(v.String())
}

// Numbers lets flags take whole numbers as people write them, from 0 on: the parser alone reads 0x10 as sixteen and 010
// as eight. Only where a sandbox cuts an answer is a number below zero something else.
func Numbers(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		Numbers(sub)
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		switch f.Value.Type() {
		case "int", "int64", "uint64":
			f.Value = decimal{f.Value, f.Name == "cut"}
		}
	})
}

// decimal is the value of a flag that is a whole number.
type decimal struct {
	pflag.Value
	below bool // it may be below zero
}

var errNotDecimal = errors.New("not a number of decimal digits")

func (d decimal) Set(text string) error {
	digits, negative := strings.CutPrefix(strings.TrimSpace(text), "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" || negative && !d.below {
		return errNotDecimal
	}
	if digits = strings.TrimLeft(digits, "0"); digits == "" {
		digits = "0"
	}
	if negative {
		digits = "-" + digits
	}
	return d.Value.Set(digits)
}
