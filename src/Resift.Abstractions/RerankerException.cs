using System.Net;

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

    /// <summary>Gets the HTTP status that a provider answered with; null where there was no answer, or no HTTP.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>Gets the provider's name for the request, which its support asks for; null if unknown.</summary>
    public string? RequestId { get; init; }

    /// <summary>
    /// Gets a value indicating whether the same call may succeed later, such as after a rate limit or a lost connection. False for a wrong
    /// key, a refused input, or an answer that makes no sense.
    /// </summary>
    public bool IsTransient { get; init; }

    /// <summary>Gets how long the provider asks to wait before the next call; null if it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
