package spelling

import "strings"

// Nearest is the word that differs from a given one by one letter (two in words of more than five) left out, added,
// changed or exchanged with its neighbour, without regard to case; of several the nearest, and of those the first. Else
// it is the one word that begins with what was given, if that is more than two letters. Empty when none comes near.
func Nearest(given string, words []string) string {
	best, found := Slack(given)+1, ""
	for _, word := range words {
		if d := Distance(strings.ToLower(given), strings.ToLower(word)); d < best {
			best, found = d, word
		}
	}
	if found == "" && len(given) > 2 {
		found = only(given, words)
	}
	return found
}

// Meant are the words that somebody may have meant: the nearest one, or else those that are made of what was given and
// more, as orders:read is of read. It is empty where none is like it.
func Meant(given string, words []string) []string {
	if one := Nearest(given, words); one != "" {
		return []string{one}
	}
	part := strings.ToLower(strings.TrimSpace(given))
	const tooShort = 3
	if len(part) < tooShort {
		return nil
	}
	var found []string
	for _, word := range words {
		if strings.Contains(strings.ToLower(word), part) {
			found = append(found, word)
		}
	}
	return found
}

// only is the one word that begins with the given letters, where there is just one.
func only(given string, words []string) (found string) {
	for _, word := range words {
		if strings.HasPrefix(strings.ToLower(word), strings.ToLower(given)) {
			if found != "" {
				return ""
			}
			found = word
		}
	}
	return found
}

// Slack is by how many edits a typed word may differ from the word that was meant.
func Slack(given string) int {
	if len(given) > 5 {
		return 2
	}
	return 1
}

// Distance is the number of edits between two words (optimal string alignment).
func Distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
