using System.Text;

namespace Resift.Cli;

/// <summary>Puts text together as a browser shows it: white space collapsed, and line breaks only between blocks.</summary>
internal sealed class HtmlTextWriter
{
    private readonly StringBuilder _text = new();
    private int _breaks;
    private bool _space;
    private bool _inHeading;
    private int _codeDepth;
    private string _mark = "";

    /// <summary>Asks for line breaks before what comes next; two leave a blank line.</summary>
    public void Break(int lines)
    {
        // A heading is one line, whatever is in it.
        if (_inHeading)
        {
            _space = true;
        }
        else
        {
            _breaks = Math.Max(_breaks, lines);
        }
    }

    /// <summary>Puts a mark, such as a bullet, before the next text, if there is any in this block.</summary>
    public void Mark(string mark) => _mark = mark;

    public void BeginHeading(int level)
    {
        _mark = new string('#', level) + " ";
        _inHeading = true;
    }

    public void EndHeading()
    {
        _inHeading = false;
        _mark = "";
    }

    public void BeginCode()
    {
        if (_codeDepth++ == 0)
        {
            Write("```");
            _breaks = 1;
        }
    }

    public void EndCode()
    {
        if (--_codeDepth == 0)
        {
            _text.Append(_text.Length > 0 && _text[^1] == '\n' ? "" : "\n").Append("```");
        }
    }

    public void Write(string text)
    {
        if (_codeDepth > 0)
        {
            WriteCode(text);
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

    public override string ToString() => _text.ToString();

    private void WriteCode(string text)
    {
        if (text.Length > 0)
        {
            _space = false;
            Separate();
            _text.Append(text);
        }
    }

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

        _text.Append(_mark);
        (_breaks, _space, _mark) = (0, false, "");
    }
}
