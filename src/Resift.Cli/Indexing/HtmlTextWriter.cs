using System.Text;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>
/// Puts text together as a browser shows it, white space collapsed and line breaks only between blocks, with its outline.
/// </summary>
internal sealed class HtmlTextWriter
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _code = new();
    private readonly List<OutlineBlock> _blocks = [];
    private readonly List<(int Start, int End)> _markup = [];
    private int _breaks;
    private bool _space;
    private int _headingDepth;
    private int _headingLevel;
    private int _codeDepth;
    private bool _beginsBlock = true;
    private bool _beginsLineOfCode;
    private string _mark = "";

    /// <summary>Asks for line breaks before what comes next; two leave a blank line.</summary>
    public void Break(int lines)
    {
        // A heading is one line, whatever is in it.
        if (_headingDepth > 0)
        {
            _space = true;
        }
        else if (_codeDepth > 0)
        {
            _beginsLineOfCode = _code.Length > 0;
        }
        else
        {
            _breaks = Math.Max(_breaks, lines);
        }
    }

    /// <summary>Puts a mark, such as a bullet, before the next text, if there is any in this block.</summary>
    public void Mark(string mark) => _mark = _headingDepth > 0 ? _mark : mark;

    public void BeginHeading(int level)
    {
        if (_codeDepth == 0 && _headingDepth++ == 0)
        {
            (_headingLevel, _mark) = (level, new string('#', level) + " ");
        }
    }

    public void EndHeading()
    {
        if (_headingDepth == 0 || --_headingDepth > 0)
        {
            return;
        }

        // Its level is taken away by its first text; else it is empty, and none.
        if (_headingLevel == 0)
        {
            var heading = _blocks[^1];
            int start = heading.Start + heading.Level + 1;
            _blocks[^1] = heading with { Heading = _text.ToString(start, _text.Length - start) };
            _markup.Add((heading.Start, start));
            _beginsBlock = true;
        }

        (_headingLevel, _mark) = (0, "");
    }

    public void BeginCode()
    {
        if (_headingDepth == 0)
        {
            _codeDepth++;
            _beginsLineOfCode = false;
        }
    }

    public void EndCode()
    {
        if (_codeDepth == 0 || --_codeDepth > 0 || _code.Length == 0)
        {
            return;
        }

        string code = _code.ToString();
        _code.Clear();

        // The fence stands on a line of its own, not behind the bullet of an item or the bar of a cell.
        (_space, _mark, _breaks) = (false, "", Math.Max(_breaks, 1));
        Separate();
        string fence = CodeFence.Around(code);
        int start = _text.Length;
        _blocks.Add(new(start, StaysWhole: true));
        _text.Append(fence).Append('\n');
        _markup.Add((start, _text.Length));
        _text.Append(code).Append(code[^1] == '\n' ? "" : "\n");
        start = _text.Length;
        _text.Append(fence);
        _markup.Add((start, _text.Length));
        (_beginsBlock, _breaks) = (true, 1);
    }

    public void Write(string text)
    {
        if (_codeDepth > 0)
        {
            _code.Append(_beginsLineOfCode ? "\n" : "").Append(text);
            _beginsLineOfCode = false;
            return;
        }

        foreach (char character in text)
        {
            if (char.IsWhiteSpace(character))
            {
                _space = true;
                continue;
            }

            Separate();
            _text.Append(character);
        }
    }

    /// <summary>Gets the text that was written.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>Gets the outline of that text.</summary>
    public DocumentOutline ToOutline(string? title) => new(_blocks, _markup, title);

    private void Separate()
    {
        if (_breaks > 0)
        {
            _text.Append('\n', _text.Length > 0 ? _breaks : 0);
        }
        else if (_space && _text.Length > 0 && _mark.Length == 0)
        {
            _text.Append(' ');
        }

        if (_headingLevel > 0)
        {
            _blocks.Add(new(_text.Length, StaysWhole: true, _headingLevel));
            _headingLevel = 0;
        }
        else if (_beginsBlock && _codeDepth == 0 && _headingDepth == 0)
        {
            _blocks.Add(new(_text.Length, StaysWhole: false));
            _beginsBlock = false;
        }

        _text.Append(_mark);
        (_breaks, _space, _mark) = (0, false, "");
    }
}
