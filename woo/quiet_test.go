package woo

import (
	"io"
	"log"
)

// quietLog swallows what test servers say about connections that tests break on purpose.
var quietLog = log.New(io.Discard, "", 0)
