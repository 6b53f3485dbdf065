using System.Text;

namespace Resift;

/// <summary>
/// Takes inline reasoning out of what a model writes, as a whole or part by part: blocks between <c>&lt;think&gt;</c> and
/// <c>&lt;/think&gt;</c> at the beginning, also without an end; and everything before a closing tag that no opening one precedes, since
/// many chat templates open the block themselves. Tags further on are text: an answer may be about them.
/// </summary>
internal sealed class Reasoning
{
    private const string Opening = "<think>";
    private const string Closing = "</think>";

    // White space at the beginning, which belongs to the answer unless reasoning follows it.
    private readonly StringBuilder _leading = new();
    private string _held = "";
    private Place _place = Place.Beginning;
    private bool _isBehindReasoning;
    private bool _isAnyGiven;
    private char _last;

    private enum Place
    {
        /// <summary>Nothing but white space or reasoning came.</summary>
        Beginning,

        /// <summary>Behind an opening tag.</summary>
        Inside,

        /// <summary>In text that turns out to be reasoning if a closing tag comes.</summary>
        Text,

        /// <summary>In the answer for sure.</summary>
        Answer,
    }

    /// <summary>
    /// Gets a value indicating whether the last part had the end of reasoning that had no beginning, so that what was given before it is no
    /// part of the answer.
    /// </summary>
    public bool IsRestarted { get; private set; }

    /// <summary>Gets a whole answer without its reasoning, and without white space behind that.</summary>
    public static string Remove(string text)
    {
        if (!text.Contains(Opening, StringComparison.Ordinal) && !text.Contains(Closing, StringComparison.Ordinal))
        {
            return text;
        }

        var reasoning = new Reasoning();
        return reasoning.Add(text) + reasoning.End();
    }

    /// <summary>Takes the next part.</summary>
    /// <returns>What of the answer is known by now and was not given yet.</returns>
    public string Add(string part)
    {
        IsRestarted = false;
        string text = _held + part;
        var given = new StringBuilder();
        int at = 0;
        while (Read(text, ref at, given))
        {
        }

        _held = text[at..];
        _isAnyGiven |= given.Length > 0;
        return given.ToString();
    }

    /// <summary>Ends the answer.</summary>
    /// <returns>What had been held back, since it could have become a tag.</returns>
    public string End()
    {
        IsRestarted = false;
        return _place == Place.Inside ? "" : $"{_leading}{_held}";
    }

    // Reads on until the place changes; false if it takes more text to go on.
    private bool Read(string text, ref int at, StringBuilder given) => _place switch
    {
        Place.Beginning => ReadBeginning(text, ref at, given),
        Place.Inside => ReadReasoning(text, ref at),
        Place.Text => ReadText(text, ref at, given),
        _ => Give(text, ref at, text.Length, given) && false,
    };

    private bool ReadBeginning(string text, ref int at, StringBuilder given)
    {
        for (; at < text.Length && char.IsWhiteSpace(text[at]); at++)
        {
            _leading.Append(_isBehindReasoning ? "" : text[at].ToString());
        }

        var rest = text.AsSpan(at);
        if (rest.StartsWith(Opening, StringComparison.Ordinal))
        {
            _leading.Clear();
            at += Opening.Length;
            _place = Place.Inside;
            return true;
        }

        if (Opening.AsSpan().StartsWith(rest, StringComparison.Ordinal))
        {
            return false;
        }

        given.Append(_leading);
        _leading.Clear();
        _place = Place.Text;
        return true;
    }

    private bool ReadReasoning(string text, ref int at)
    {
        int end = text.IndexOf(Closing, at, StringComparison.Ordinal);
        if (end < 0)
        {
            at = text.Length - TagBegun(text.AsSpan(at), Closing);
            return false;
        }

        EndReasoning(out at, end);
        return true;
    }

    private bool ReadText(string text, ref int at, StringBuilder given)
    {
        int closing = text.IndexOf(Closing, at, StringComparison.Ordinal);
        var before = text.AsSpan(at..(closing < 0 ? text.Length : closing));
        if (before.Contains(Opening, StringComparison.Ordinal))
        {
            _place = Place.Answer;
            return true;
        }

        if (closing < 0)
        {
            int begun = Math.Max(TagBegun(before, Opening), TagBegun(before, Closing));
            return Give(text, ref at, text.Length - begun, given) && false;
        }

        // As code, it is a tag that the answer is about.
        if ((before is [.., var last] ? last : _last) == '`')
        {
            _place = Place.Answer;
            return true;
        }

        IsRestarted |= _isAnyGiven;
        _isAnyGiven = false;
        given.Clear();
        EndReasoning(out at, closing);
        return true;
    }

    private void EndReasoning(out int at, int closing)
    {
        at = closing + Closing.Length;
        _isBehindReasoning = true;
        _place = Place.Beginning;
    }

    private bool Give(string text, ref int at, int end, StringBuilder given)
    {
        given.Append(text, at, end - at);
        _last = end > at ? text[end - 1] : _last;
        at = end;
        return true;
    }

    // How many characters at the end may be the beginning of a tag.
    private static int TagBegun(ReadOnlySpan<char> text, string tag)
    {
        int length = Math.Min(text.Length, tag.Length - 1);
        while (!text.EndsWith(tag.AsSpan(0, length), StringComparison.Ordinal))
        {
            length--;
        }

        return length;
    }
}
