using System.Buffers;
using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>A text that grows in a rented array. It belongs to one call.</summary>
internal sealed class TextBuffer : IDisposable
{
    private char[] _characters = ArrayPool<char>.Shared.Rent(256);
    private int _length;

    /// <summary>Gets the text, valid until the next change.</summary>
    public ReadOnlySpan<char> Text => _characters.AsSpan(0, _length);

    /// <summary>Gets or sets whether what stood at the very beginning of the original text is gone.</summary>
    public bool LostStart { get; set; }

    public void Clear() => _length = 0;

    public void Append(char character)
    {
        if (_length == _characters.Length)
        {
            Grow(1);
        }

        _characters[_length++] = character;
    }

    public void Append(ReadOnlySpan<char> text)
    {
        if (text.Length > _characters.Length - _length)
        {
            Grow(text.Length);
        }

        text.CopyTo(_characters.AsSpan(_length));
        _length += text.Length;
    }

    public void Append(Rune rune)
    {
        Span<char> units = stackalloc char[2];
        Append(units[..rune.EncodeToUtf16(units)]);
    }

    public void Dispose() => ArrayPool<char>.Shared.Return(_characters);

    private void Grow(int extra)
    {
        char[] larger = ArrayPool<char>.Shared.Rent(checked(Math.Max(_length + extra, 2 * _length)));
        Text.CopyTo(larger);
        ArrayPool<char>.Shared.Return(_characters);
        _characters = larger;
    }
}
