package doctor

import (
	"net/http"
	"strconv"
)

func statusText(status int) string {
	if status == 0 {
		return "no answer"
	}
	if text := http.StatusText(status); text != "" {
		return strconv.Itoa(status) + " " + text
	}
	return strconv.Itoa(status)
}
