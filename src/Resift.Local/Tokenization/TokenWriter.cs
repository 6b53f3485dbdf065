namespace Resift.Local.Tokenization;

/// <summary>Takes tokens as far as there is room, and counts all.</summary>
/// <param name="destination">Where their ids go.</param>
internal ref struct TokenWriter(Span<int> destination)
{
    private readonly Span<int> _destination = destination;

    /// <summary>Gets the number of tokens so far, with those that had no room.</summary>
    public int Count { get; private set; }

    public void Write(int id)
    {
        if (Count < _destination.Length)
        {
            _destination[Count] = id;
        }

        Count++;
    }
}
