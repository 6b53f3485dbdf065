namespace Resift.Local.Tokenization;

/// <summary>Goes through a text from one added token to the next.</summary>
internal ref struct AddedTokenSplitter(AddedTokenSet tokens, ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _position;
    private int _taken;
    private bool _isEnd;

    /// <summary>Gets where the text begins that stands before the token.</summary>
    public int Start { get; private set; }

    /// <summary>Gets the text before the token, or the rest behind the last; it may be empty.</summary>
    public ReadOnlySpan<char> Before { get; private set; }

    /// <summary>Gets the id of the token, or less than 0 behind the last.</summary>
    public int Id { get; private set; }

    /// <summary>Goes to the next token, and at last to what is behind all of them.</summary>
    public bool MoveNext()
    {
        if (_isEnd)
        {
            return false;
        }

        Start = _taken;
        if (tokens.TryFind(_text, _taken, ref _position, out (int Start, int End, int Id) match))
        {
            // A token that begins with white space may begin within what the one before it took.
            Before = _taken < match.Start ? _text[_taken..match.Start] : [];
            Id = match.Id;
            _taken = match.End;
            return true;
        }

        Before = _text[_taken..];
        Id = -1;
        _isEnd = true;
        return true;
    }
}
