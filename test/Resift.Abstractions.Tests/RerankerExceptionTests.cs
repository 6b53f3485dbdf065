namespace Resift.Abstractions.Tests;

public sealed class RerankerExceptionTests
{
    [Fact]
    public void Constructor_MessageCauseAndDocument_Kept()
    {
        var cause = new InvalidDataException();
        var error = new RerankerException("message", cause) { DocumentIndex = 3 };
        Assert.Equal(("message", cause, 3), (error.Message, error.InnerException, error.DocumentIndex));
    }

    [Fact]
    public void Constructor_NothingElse_NoCauseAndNoDocument()
    {
        Assert.NotEmpty(new RerankerException().Message);
        Assert.Null(new RerankerException("message").InnerException);
        var error = new RerankerException("message");
        Assert.Null(error.DocumentIndex);
        Assert.Equal((null, null, null, false), (error.StatusCode, error.RequestId, error.RetryAfter, error.IsTransient));
    }
}
