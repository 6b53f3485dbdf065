namespace Resift.Cli;

/// <summary>
/// A glob as Git's wildmatch reads it: byte by byte, with <c>*</c> and <c>?</c> within a name, <c>**</c> across folders, classes and
/// escapes.
/// </summary>
/// <remarks>
/// All places of the pattern that a path may have reached are followed at once, so that no pattern costs more than its length times that of
/// the path.
/// </remarks>
internal sealed class Wildmatch
{
    private const byte Slash = (byte)'/';

    private readonly List<Step> _steps = [];

    private Wildmatch()
    {
    }

    private enum StepKind
    {
        /// <summary>One byte.</summary>
        Byte,

        /// <summary>One byte of some, and never a slash.</summary>
        Class,

        /// <summary>Any bytes but slashes.</summary>
        Star,

        /// <summary>Any bytes.</summary>
        StarStar,

        /// <summary>No byte: what follows, or what is behind the two stars and the slash that follow.</summary>
        Fork,
    }

    /// <summary>Reads a pattern.</summary>
    /// <returns>Null if nothing can match it, as with a class that has no end.</returns>
    public static Wildmatch? Parse(ReadOnlySpan<byte> pattern)
    {
        var match = new Wildmatch();
        for (int at = 0; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case (byte)'\\':
                    if (++at == pattern.Length)
                    {
                        return null;
                    }

                    match._steps.Add(new(StepKind.Byte, pattern[at]));
                    break;
                case (byte)'?':
                    match._steps.Add(new(StepKind.Class, Members: ByteClass.Any));
                    break;
                case (byte)'*':
                    int start = at;
                    while (at + 1 < pattern.Length && pattern[at + 1] == '*')
                    {
                        at++;
                    }

                    match.AddStars(pattern, start, at);
                    break;
                case (byte)'[':
                    if (ByteClass.Parse(pattern, ref at) is not { } members)
                    {
                        return null;
                    }

                    match._steps.Add(new(StepKind.Class, Members: members));
                    break;
                case var literal:
                    match._steps.Add(new(StepKind.Byte, literal));
                    break;
            }
        }

        return match;
    }

    /// <summary>Determines whether the pattern matches all of a text.</summary>
    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        int end = _steps.Count;
        bool[] now = new bool[end + 1];
        bool[] next = new bool[end + 1];
        now[0] = true;
        bool isAlive = true;
        SkipStars(now);
        for (int at = 0; at < text.Length && isAlive; at++)
        {
            isAlive = false;
            Array.Clear(next);
            for (int i = 0; i < end; i++)
            {
                if (now[i] && After(i, text[at]) is { } reached)
                {
                    next[reached] = true;
                    isAlive = true;
                }
            }

            (now, next) = (next, now);
            SkipStars(now);
        }

        return isAlive && now[end];
    }

    // Two stars cross folders where they are all of a name: between slashes or the ends of the pattern.
    private void AddStars(ReadOnlySpan<byte> pattern, int first, int last)
    {
        var rest = pattern[(last + 1)..];
        bool isName = first < last && (first == 0 || pattern[first - 1] == Slash)
            && (rest.IsEmpty || rest[0] == Slash || rest.StartsWith("\\/"u8));
        if (isName && rest is [Slash, ..])
        {
            _steps.Add(new(StepKind.Fork));
        }

        _steps.Add(new(isName ? StepKind.StarStar : StepKind.Star));
    }

    private int? After(int step, byte value) => _steps[step] switch
    {
        { Kind: StepKind.Byte, Value: var expected } => value == expected ? step + 1 : null,
        { Kind: StepKind.Class, Members: var members } => value != Slash && members!.Contains(value) ? step + 1 : null,
        { Kind: StepKind.Star } => value != Slash ? step : null,
        { Kind: StepKind.StarStar } => step,
        _ => null,
    };

    // Stars match nothing, too. Places lie behind one another, so one pass is enough.
    private void SkipStars(bool[] places)
    {
        for (int i = 0; i < _steps.Count; i++)
        {
            if (places[i] && _steps[i].Kind >= StepKind.Star)
            {
                places[i + 1] = true;
                if (_steps[i].Kind == StepKind.Fork)
                {
                    places[i + 3] = true;
                }
            }
        }
    }

    private readonly record struct Step(StepKind Kind, byte Value = 0, ByteClass? Members = null);
}
