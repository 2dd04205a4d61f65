package hint

import (
	"errors"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/internal/problem"
)

// plainFlag says of a flag that cannot be read what is wrong with it, without the parser's words.
func plainFlag(cmd *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	var empty *pflag.ValueRequiredError
	var syntax *pflag.InvalidSyntaxError
	switch {
	case errors.As(err, &invalid):
		return wrongValue(invalid)
	case errors.As(err, &empty):
		return problem.New(problem.Usage, "--%s needs a value", empty.GetFlag().Name).
			Next("What it takes: %s --help", cmd.CommandPath())
	case errors.As(err, &syntax):
		return problem.New(problem.Usage, "%q is no flag", syntax.GetSpecifiedFlag()).
			Next("All flags: %s --help", cmd.CommandPath())
	}
	return err
}

func wrongValue(invalid *pflag.InvalidValueError) error {
	flag := invalid.GetFlag()
	says := "cannot be its value"
	switch kind := flag.Value.Type(); {
	case strings.HasPrefix(invalid.GetValue(), "-") && strings.Trim(invalid.GetValue(), "-0123456789") == "" &&
		(strings.HasPrefix(kind, "int") || strings.HasPrefix(kind, "uint")):
		says = "cannot be negative"
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"), strings.HasPrefix(kind, "float"):
		says = "is not a number"
	case kind == "duration":
		says = "is no time such as 90s, 10m or 2h"
	case kind == "bool":
		says = "is neither true nor false; without a value it is true"
	case kind == "stringToString":
		says = "is not written as NAME=VALUE"
	}
	return problem.New(problem.Usage, "--%s: %q %s", flag.Name, invalid.GetValue(), says)
}

// exclusive is how the library says that flags exclude one another: all of them, and those given.
var exclusive = regexp.MustCompile(`^if any flags in the group \[[^\]]*\] .*; \[([^\]]*)\] were all set$`)

// Together says of flags that were given together and exclude one another that they do.
func Together(err error) error {
	found := exclusive.FindStringSubmatch(err.Error())
	if found == nil {
		return err
	}
	flags := strings.Fields(found[1])
	return problem.New(problem.Usage, "--%s cannot be given together", strings.Join(flags, " and --")).
		Next("Leave one of them out")
}
