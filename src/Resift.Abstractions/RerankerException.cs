namespace Resift;

/// <summary>A model or provider answered nonsense, or could not answer.</summary>
public class RerankerException : Exception
{
    /// <summary>Creates the exception with a default message.</summary>
    public RerankerException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected, what came, and what to do.</param>
    public RerankerException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What was expected, what came, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public RerankerException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the index of the document that is concerned; null if it is not one document's fault.</summary>
    public int? DocumentIndex { get; init; }
}
