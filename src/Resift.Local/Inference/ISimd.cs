namespace Resift.Local.Inference;

/// <summary>What the innermost loop is written in: vectors of sums, to which products are added.</summary>
/// <typeparam name="TNumber">A number of a vector.</typeparam>
/// <typeparam name="TVector">A vector of them.</typeparam>
internal unsafe interface IMultiplyAdd<TNumber, TVector>
    where TNumber : unmanaged
    where TVector : struct
{
    /// <summary>Gets the number of lanes.</summary>
    static abstract int Width { get; }

    static abstract TVector Load(TNumber* source);

    static abstract void Store(TVector value, TNumber* destination);

    static abstract TVector Broadcast(TNumber value);

    /// <summary>
    /// left × right + sum: of numbers, in one rounding where the hardware has it, or of the parts of which each number is made.
    /// </summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector sum);
}

/// <summary>
/// The vector operations that the engine is written in. Each kernel is one generic method; the JIT makes a specialised one for every
/// implementation, so one source serves every width.
/// </summary>
/// <typeparam name="TVector">A vector of single-precision numbers.</typeparam>
internal unsafe interface ISimd<TVector> : IMultiplyAdd<float, TVector>
    where TVector : struct
{
    static abstract TVector Zero { get; }

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Max(TVector left, TVector right);

    static abstract TVector Min(TVector left, TVector right);

    static abstract TVector Round(TVector value);

    /// <summary>value × 2 to the power of whole numbers between -126 and 127.</summary>
    static abstract TVector Scale(TVector value, TVector exponent);

    static abstract float Sum(TVector value);

    static abstract float MaxAcross(TVector value);

    /// <summary>Loads integers, adds another to each, and rounds the sums to single-precision numbers.</summary>
    static abstract TVector LoadIntegers(int* source, int addend);

    /// <summary>
    /// The tile of this width in pairs of 16-bit integers: see <see cref="MicroKernel{TMath, TNumber, TVector}"/>. Each row of sums is two
    /// vectors, and begins with zeros, of which it is given as many.
    /// </summary>
    static abstract void PairTile(int* a, nint lda, int* b, nint steps, int* zeros, int* sums);

    /// <summary>The same four bytes at a time, for the widths that <see cref="WeightChoice.FormatOf"/> chooses it for.</summary>
    static abstract void QuadTile(int* a, nint lda, int* b, nint steps, int* zeros, int* sums);
}
