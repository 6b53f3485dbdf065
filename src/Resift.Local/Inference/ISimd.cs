namespace Resift.Local.Inference;

/// <summary>
/// The vector operations that the engine is written in. Each kernel is one generic method; the JIT makes a specialised one for every
/// implementation, so one source serves every width.
/// </summary>
/// <typeparam name="TVector">A vector of single-precision numbers.</typeparam>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>Gets the number of lanes.</summary>
    static abstract int Width { get; }

    static abstract TVector Zero { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(TVector value, float* destination);

    static abstract TVector Broadcast(float value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    /// <summary>left × right + addend, in one rounding where the hardware has it.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    static abstract TVector Max(TVector left, TVector right);

    static abstract TVector Min(TVector left, TVector right);

    static abstract TVector Round(TVector value);

    /// <summary>value × 2 to the power of whole numbers between -126 and 127.</summary>
    static abstract TVector Scale(TVector value, TVector exponent);

    static abstract float Sum(TVector value);

    static abstract float MaxAcross(TVector value);

    /// <summary>Loads integers and rounds them to single-precision numbers.</summary>
    static abstract TVector LoadIntegers(int* source);

    /// <summary>The tile of this width in pairs of 16-bit integers: see <see cref="IntegerTile{TDot, TVector}"/>.</summary>
    static abstract void IntegerTile(int* a, nint lda, int* b, nint steps, int* start, int* sums);
}
