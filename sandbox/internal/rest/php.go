package rest

import (
	"math"
	"strconv"
	"strings"
)

// Text converts a value to a string as PHP does: true is "1", false and nil are "", 10.0 is "10". An array gives
// "Array"; PHP also warns.
func Text(v Value) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "1"
		}
		return ""
	case int:
		return strconv.Itoa(v)
	case int64:
		return itoa(v)
	case float64:
		return FormatFloat(v)
	case string:
		return v
	}
	return "Array"
}

// Int converts a value to an integer as PHP's (int) does. Of a string the leading digits count. A non-empty array is 1.
// Everything else is 0.
func Int(v Value) int64 {
	switch v := v.(type) {
	case bool:
		if v {
			return 1
		}
	case int:
		return int64(v)
	case int64:
		return v
	case float64:
		return floatToInt(v)
	case string:
		return stringToInt(v)
	case List:
		return boolToInt(len(v) > 0)
	case *Object:
		return boolToInt(v.Len() > 0)
	}
	return 0
}

// Float converts a value to a float as PHP's (float) does.
func Float(v Value) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case string:
		prefix, _, _ := numericPrefix(v)
		f, _ := strconv.ParseFloat(strings.TrimSpace(prefix), 64)
		return f
	}
	return float64(Int(v))
}

// Truthy converts a value to a boolean as PHP does: "", "0", 0, nil and empty arrays are false. It is the opposite of
// PHP's empty().
func Truthy(v Value) bool {
	switch v := v.(type) {
	case bool:
		return v
	case int:
		return v != 0
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != "" && v != "0"
	case List:
		return len(v) > 0
	case []string:
		return len(v) > 0
	case *Object:
		return v.Len() > 0
	}
	return false
}

// IsNumeric is PHP's is_numeric: a number, or a string that holds one, with blanks around it or not.
func IsNumeric(v Value) bool {
	switch v := v.(type) {
	case int, int64, float64:
		return true
	case string:
		_, whole, _ := numericPrefix(v)
		return whole
	}
	return false
}

// StringToBool is wc_string_to_bool. True are true, 1, and "yes", "true", "1" in any case.
func StringToBool(v Value) bool {
	switch v := v.(type) {
	case bool:
		return v
	case nil:
		return false
	case string:
		switch strings.ToLower(v) {
		case "yes", "true", "1":
			return true
		}
		return false
	case int64:
		return v == 1
	}
	return false
}

// FormatFloat writes a float as PHP 8 writes it in strings and in JSON: the shortest digits that read back the same,
// 1.0e+25 for large exponents.
func FormatFloat(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "INF"
	case math.IsInf(f, -1):
		return "-INF"
	case math.IsNaN(f):
		return "NAN"
	case f == 0:
		if math.Signbit(f) {
			return "-0"
		}
		return "0"
	}
	mantissa := strconv.FormatFloat(f, 'e', -1, 64)
	digits, exponent, _ := strings.Cut(mantissa, "e")
	exp, _ := strconv.Atoi(exponent)
	if exp >= -4 && exp < 17 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	if !strings.Contains(digits, ".") {
		digits += ".0"
	}
	sign := "+"
	if exp < 0 {
		sign, exp = "-", -exp
	}
	return digits + "e" + sign + strconv.Itoa(exp)
}

func boolToInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func floatToInt(f float64) int64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	if f >= -math.MaxInt64 && f <= math.MaxInt64 && math.Abs(f) < 1<<63 {
		return int64(f)
	}
	// PHP wraps modulo 2^64 on 64-bit platforms.
	m := math.Mod(math.Trunc(f), math.Ldexp(1, 64))
	if m < 0 {
		m += math.Ldexp(1, 64)
	}
	return int64(uint64(m))
}

func stringToInt(s string) int64 {
	prefix, _, isInt := numericPrefix(s)
	prefix = strings.TrimSpace(prefix)
	if prefix == "" {
		return 0
	}
	if isInt {
		n, err := strconv.ParseInt(prefix, 10, 64)
		if err == nil {
			return n
		}
		// An integer string beyond the range saturates.
		if strings.HasPrefix(prefix, "-") {
			return math.MinInt64
		}
		return math.MaxInt64
	}
	f, err := strconv.ParseFloat(prefix, 64)
	if err != nil {
		return 0
	}
	return floatToInt(f)
}

const phpBlanks = " \t\n\r\v\f"

// numericPrefix returns the leading number of s, whether all of s is that number (blanks around it allowed, as in PHP
// 8), and whether the number is an integer.
func numericPrefix(s string) (prefix string, whole, isInt bool) {
	i := 0
	for i < len(s) && strings.IndexByte(phpBlanks, s[i]) >= 0 {
		i++
	}
	start := i
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	digits := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
		digits++
	}
	isInt = true
	if i < len(s) && s[i] == '.' {
		j := i + 1
		fraction := 0
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
			fraction++
		}
		if digits+fraction > 0 {
			i, digits, isInt = j, digits+fraction, false
		}
	}
	if digits == 0 {
		return "", false, false
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		k := j
		for k < len(s) && s[k] >= '0' && s[k] <= '9' {
			k++
		}
		if k > j {
			i, isInt = k, false
		}
	}
	end := i
	for i < len(s) && strings.IndexByte(phpBlanks, s[i]) >= 0 {
		i++
	}
	return s[start:end], i == len(s), isInt
}
