using System.Globalization;
using System.Text;

namespace Resift.Retrieval;

/// <summary>
/// Folds together what differs only in how it is typed: accents of Latin letters go, full-width letters and digits become ASCII, half-width
/// katakana full-width, what is composed of several code points (kana, Hangul) one, ligatures and raised digits plain. Case stays.
/// </summary>
/// <remarks>
/// The data lies here because <c>string.Normalize</c> does nothing beyond ASCII where <c>InvariantGlobalization</c> is set: what one
/// machine indexes, another must find.
/// </remarks>
internal sealed class FoldedText
{
    // What a letter from U+00C0 and from U+1E00 on is without its accents; '.' stands for itself.
    private const string LatinBases =
        "AAAAAA.CEEEEIIII.NOOOOO..UUUUY..aaaaaa.ceeeeiiii.nooooo..uuuuy.yAaAaAaCcCcCcCcDd..EeEeEeEeEeGgGgGgGg" +
        "Hh..IiIiIiIiI...JjKk.LlLlLl....NnNnNn...OoOoOo..RrRrRrSsSsSsSsTtTt..UuUuUuUuUuUuWwYyYZzZzZzs........" +
        "........................Oo.............Uu............................AaIiOoUuUuUuUuUu.AaAa....GgKkOo" +
        "Oo..j...Gg..NnAa....AaAaEeEeIiIiOoOoRrRrUuUuSsTt..Hh......AaEeOoOoOoOoYy............................";

    private const string AdditionalLatinBases =
        "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSs" +
        "SsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwy.s....AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEeEeEeEeEe" +
        "IiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy......";

    // From U+FF65 on.
    private const string FullWidthKatakana =
        "・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309A";

    // The code point after each of these is the same kana with the voiced sound mark, and the one after that, if any, the semi-voiced.
    private const string VoiceableKana = "かきくけこさしすせそたちつてとはひふへほカキクケコサシスセソタチツテトハヒフヘホ";
    private const string SemiVoiceableKana = "はひふへほハヒフヘホ";

    private static readonly string[] _ligatures = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"];

    // More marks than this on one letter are no writing, and would make terms without end.
    private const int MaxMarks = 8;

    private readonly StringBuilder _folded;
    private int _marks;

    private FoldedText(int length) => _folded = new(length);

    /// <summary>Returns the folded text; the text itself if it is all ASCII.</summary>
    public static string Fold(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var folded = new FoldedText(text.Length);
        foreach (char letter in text)
        {
            folded.Add(letter);
        }

        return folded._folded.ToString();
    }

    private void Add(char letter)
    {
        if (letter < 0x80)
        {
            Append(letter);
            return;
        }

        switch (letter)
        {
            case >= '\u00C0' and < '\u0250':
                Append(LatinBases[letter - 0xC0] is not '.' and var latin ? latin : letter);
                break;
            case >= '\u1E00' and < '\u1F00':
                Append(AdditionalLatinBases[letter - 0x1E00] is not '.' and var more ? more : letter);
                break;
            case >= '\uFF01' and <= '\uFF5E':
                Append((char)(letter - 0xFEE0));
                break;
            case >= '\uFF65' and <= '\uFF9F':
                Add(FullWidthKatakana[letter - 0xFF65]);
                break;
            case >= '\uFB00' and <= '\uFB06':
                _folded.Append(_ligatures[letter - 0xFB00]);
                _marks = 0;
                break;
            case '\u00B2' or '\u00B3':
                Append((char)('2' + letter - 0xB2));
                break;
            case '\u00B9':
                Append('1');
                break;
            case '\u00B5':
                Append('\u03BC');
                break;
            case '\u2070' or (>= '\u2074' and <= '\u2079') or (>= '\u2080' and <= '\u2089'):
                Append((char)('0' + (letter & 0xF)));
                break;
            case >= '\u1161' and <= '\u11C2':
                AddJamo(letter);
                break;
            default:
                AddOther(letter);
                break;
        }
    }

    private void AddOther(char letter)
    {
        switch (char.GetUnicodeCategory(letter))
        {
            // Soft hyphens, joiners and the like are inside words and cannot be seen. A zero-width space is there to part words.
            case UnicodeCategory.Format when letter != '\u200B':
                break;
            case UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark:
                AddMark(letter);
                break;
            default:
                Append(letter);
                break;
        }
    }

    private void AddMark(char mark)
    {
        char last = _folded.Length > 0 ? _folded[^1] : '\0';
        if (mark == '\u3099' && VoiceableKana.Contains(last))
        {
            _folded[^1] = (char)(last + 1);
        }
        else if (mark == '\u3099' && last is 'う' or 'ウ')
        {
            _folded[^1] = last is 'う' ? 'ゔ' : 'ヴ';
        }
        else if (mark == '\u309A' && SemiVoiceableKana.Contains(last))
        {
            _folded[^1] = (char)(last + 2);
        }
        else if (!char.IsAsciiLetter(last) && _marks++ < MaxMarks)
        {
            _folded.Append(mark);
        }
    }

    // A Hangul syllable is written as one code point or as its two or three letters; arithmetic joins them (Unicode, chapter 3.12).
    private void AddJamo(char jamo)
    {
        char last = _folded.Length > 0 ? _folded[^1] : '\0';
        if (jamo <= '\u1175' && last is >= '\u1100' and <= '\u1112')
        {
            _folded[^1] = (char)(0xAC00 + ((((last - 0x1100) * 21) + (jamo - 0x1161)) * 28));
        }
        else if (jamo >= '\u11A8' && last is >= '\uAC00' and <= '\uD7A3' && (last - 0xAC00) % 28 == 0)
        {
            _folded[^1] = (char)(last + (jamo - 0x11A7));
        }
        else
        {
            Append(jamo);
        }
    }

    private void Append(char letter)
    {
        _folded.Append(letter);
        _marks = 0;
    }
}
